import Host
import Values

struct FileStat: Query {
  static let name = "file.stat"
  static let summary = "What stands at a path; the last link is not followed."
  static let answers =
    "a table of `kind` (`file`, `directory`, `link`, `other`), `mode` (octal), `user`, `group`, `size`; `nil` if nothing is there"
  static let answerType =
    #"{ kind: "file"|"directory"|"link"|"other", mode: string, user: integer, group: integer, size: integer }?"#
  static let example = #"if not file.stat "/dev/ppp" then error "no /dev/ppp" end"#

  @Argument("which path", bare: true) var path: AbsolutePath

  func answer(_ context: Context) throws -> Value {
    guard let status = try context.host.status(path.text) else { return nil }
    return [
      "kind": .string(status.kind.rawValue), "mode": FileMode(status.mode).argument,
      "user": .integer(Int(status.owner.user)), "group": .integer(Int(status.owner.group)),
      "size": .integer(status.size),
    ]
  }
}
