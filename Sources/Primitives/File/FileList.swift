import Host
import Values

struct FileList: Query {
  static let name = "file.list"
  static let summary = "The names in a directory, sorted."
  static let answers = "a list of names; an empty one if there is no such directory"
  static let answerType = "string[]"
  static let example = #"for _, name in ipairs(file.list "/etc/cni/net.d") do … end"#

  @Argument("which directory", bare: true) var path: AbsolutePath

  func answer(_ context: Context) throws -> Value {
    .array(try context.host.listIfPresent(path.text).map { .string($0) })
  }
}
