import Host

struct FileRemove: Effect {
  static let name = "file.remove"
  static let summary = "Nothing stands at a path: no file, no link, no empty directory."
  static let undoing =
    "What stood there comes back: a file with content, mode and owner, a link, or an empty directory."
  static let errors = "A device, a socket or a pipe. A directory with something in it."
  static let example = #"file.remove "/etc/cni/net.d/100-crio-bridge.conf""#

  @Argument("what to remove", bare: true) var path: AbsolutePath

  var target: String { path.text }

  func observe(_ context: Context) throws -> FileFootprint { try FileFootprint.observe(path.text, context) }

  func holds(_ state: FileFootprint) -> Bool { state.kind == .absent }

  func apply(_ context: Context, from state: FileFootprint) throws {
    guard state.kind != .other else { throw PrimitiveError("\(path) is a device, socket or pipe; those stay") }
    try context.host.remove(path.text)
  }

  func undo(_ context: Context, to before: FileFootprint, after: FileFootprint?, from now: FileFootprint) throws {
    try before.restore(path.text, context)
  }
}
