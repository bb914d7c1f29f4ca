import Host
import Values

struct SysfsWrite: Effect {
  static let name = "sysfs.write"
  static let summary = "An attribute below /sys has a value."
  static let details = """
    The value is compared with what the attribute reads, the one in brackets where it lists choices \
    (`always [madvise] never`). For VF counts, drivers and huge pages use sriov.set_vfs, pci.bind and hugepages.reserve, \
    which know what has to hold before.
    """
  static let example = #"sysfs.write { path = "/sys/kernel/mm/transparent_hugepage/enabled", value = "madvise" }"#

  @Argument("the attribute's path") var path: AbsolutePath
  @Argument("the value, without a newline") var value: String
  @Argument("seconds that the kernel may take") var deadline = 30

  var target: String { path.text }

  func validate() throws(ArgumentError) { try requireSysfs(path, Self.name) }

  struct State: Codable, Equatable { var value: String? }

  func observe(_ context: Context) throws -> State {
    State(value: try context.host.text(path.text).map(Self.chosen))
  }

  /// The choice in brackets, or the whole text.
  private static func chosen(_ text: String) -> String {
    guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]"), text.contains(" ") else {
      return text
    }
    return String(text[text.index(after: open)..<close])
  }

  func holds(_ state: State) -> Bool { state.value == value }

  func apply(_ context: Context, from state: State) async throws {
    guard state.value != nil else { throw PrimitiveError("there is no attribute \(path)") }
    try await context.host.writeAttribute(path.text, value, deadline: deadline)
  }

  func shortfall(_ state: State) -> String? { "\(path) reads '\(state.value ?? "")' after '\(value)' was written" }

  /// An attribute that went away with its device has nothing left to restore.
  func isUndone(_ state: State, before: State) -> Bool { state.value == nil || state == before }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    if let value = before.value { try await context.host.writeAttribute(path.text, value, deadline: deadline) }
  }
}
