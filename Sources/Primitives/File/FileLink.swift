import Host

struct FileLink: Effect {
  static let name = "file.link"
  static let summary = "A symbolic link stands at a path and points where it should."
  static let undoing = "The former link comes back, or goes where there was none."
  static let errors = "Something else than a link at the path."
  static let example = #"file.link { path = "/etc/systemd/system/zram.swap", to = "/dev/null" }"#

  @Argument("where the link stands") var path: AbsolutePath
  @Argument("where it points, as it is to be written there") var to: String

  var target: String { path.text }

  func observe(_ context: Context) throws -> FileFootprint { try FileFootprint.observe(path.text, context) }

  func holds(_ state: FileFootprint) -> Bool { state.kind == .link && state.target == to }

  func apply(_ context: Context, from state: FileFootprint) throws {
    guard state.kind == .absent || state.kind == .link else {
      throw PrimitiveError("\(path) is a \(state.kind.rawValue), not a link", hint: "remove it by file.remove first")
    }
    try state.makeParents(context.host)
    try context.host.makeLink(path.text, to: to)
  }

  func isUndone(_ state: FileFootprint, before: FileFootprint) -> Bool { state.isBack(to: before) }

  func undo(_ context: Context, to before: FileFootprint, after: FileFootprint?, from now: FileFootprint) throws {
    try before.restore(path.text, context)
  }
}
