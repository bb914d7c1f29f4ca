import Host
import Values

struct FileRead: Query {
  static let name = "file.read"
  static let summary = "The content of a file."
  static let answers = "the content as a string, or `nil` if there is no such file"
  static let answerType = "string?"
  static let example = #"local config = file.read "/etc/containerd/config.toml""#

  @Argument("which file", bare: true) var path: AbsolutePath

  func answer(_ context: Context) throws -> Value {
    do {
      return Value(text: try context.host.read(path.text))
    } catch  where error.isAbsent {
      return nil
    }
  }
}
