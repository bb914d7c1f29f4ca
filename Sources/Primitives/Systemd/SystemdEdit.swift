import Host
import Values

struct SystemdEdit: Effect {
  static let name = "systemd.edit"
  static let summary = "A unit file, or a drop-in of a unit, has exactly this content below /etc/systemd/system."
  static let details = """
    Follow it by systemd.reload, and by systemd.restart where the running process has to see it (documented steps D13, D16). \
    A rollback does both again for those that the run did.
    """
  static let undoing = "The former file comes back, or goes where there was none."
  static let example =
    #"systemd.edit { unit = "containerd.service", drop_in = "override.conf", content = "[Service]\nLimitMEMLOCK=4194304\n" }"#

  @Argument("which unit") var unit: UnitName
  @Argument("the drop-in's file name, which ends in .conf; without it the unit file itself is written") var dropIn:
    String?
  @Argument("the whole content") var content: String

  func validate() throws(ArgumentError) {
    guard let dropIn else { return }
    guard dropIn.hasSuffix(".conf"), !dropIn.contains("/"), dropIn != ".conf" else {
      throw ArgumentError(Self.name, "drop_in", "expected a file name that ends in .conf, got \"\(dropIn)\"")
    }
  }

  var target: String {
    let file = "/etc/systemd/system/\(unit)"
    return dropIn.map { "\(file).d/\($0)" } ?? file
  }

  /// The same as writing the file: what is different is only where it stands.
  private var file: FileWrite {
    let file = FileWrite()
    file.path = AbsolutePath(target)
    file.content = content
    return file
  }

  func observe(_ context: Context) throws -> FileWrite.State { try file.observe(context) }
  func holds(_ state: FileWrite.State) -> Bool { file.holds(state) }
  func apply(_ context: Context, from state: FileWrite.State) throws { try file.apply(context, from: state) }

  func isUndone(_ state: FileWrite.State, before: FileWrite.State) -> Bool { file.isUndone(state, before: before) }

  func undo(_ context: Context, to before: FileWrite.State, after: FileWrite.State?, from now: FileWrite.State) throws {
    try file.undo(context, to: before, after: after, from: now)
  }
}
