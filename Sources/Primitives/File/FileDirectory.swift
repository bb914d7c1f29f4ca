import Host

struct FileDirectory: Effect {
  static let name = "file.directory"
  static let summary = "A directory is there, with this mode and owned by root."
  static let undoing = """
    A directory that was made goes, with the parents that were made for it, if they are empty; one that was there gets its \
    former mode and owner.
    """
  static let errors = "Something else than a directory at the path."
  static let example = #"file.directory { path = "/opt/cni/bin" }"#

  @Argument("which directory; missing parents are made too", bare: true) var path: AbsolutePath
  @Argument("permission bits") var mode = FileMode(0o755)

  var target: String { path.text }

  func observe(_ context: Context) throws -> FileFootprint { try FileFootprint.observe(path.text, context) }

  func holds(_ state: FileFootprint) -> Bool {
    state.kind == .directory && state.mode == mode.bits && state.owner == .root
  }

  func apply(_ context: Context, from state: FileFootprint) throws {
    switch state.kind {
    case .absent:
      try state.makeParents(context.host)
      try context.host.makeDirectory(path.text, mode: mode.bits)
      try context.host.setAttributes(path.text, mode: mode.bits, owner: .root)
    case .directory: try context.host.setAttributes(path.text, mode: mode.bits, owner: .root)
    default: throw PrimitiveError("\(path) is a \(state.kind.rawValue), not a directory")
    }
  }

  func isUndone(_ state: FileFootprint, before: FileFootprint) -> Bool { state.isBack(to: before) }

  func undo(_ context: Context, to before: FileFootprint, after: FileFootprint?, from now: FileFootprint) throws {
    try before.restore(path.text, context)
  }
}
