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
  static let undoing = "The former value comes back."
  static let errors = "An attribute that is not there; one that reads another value after the write."
  static let example = #"sysfs.write { path = "/sys/kernel/mm/transparent_hugepage/enabled", value = "madvise" }"#

  @Argument("the attribute's path") var path: AbsolutePath
  @Argument("the value, without a newline") var value: String
  @Argument("seconds that the kernel may take") var deadline = 30

  var target: String { path.text }

  func validate() throws(ArgumentError) {
    try requireSysfs(path, Self.name)
    guard !value.contains(where: \.isNewline) else {
      throw ArgumentError(
        Self.name, "value", "expected a value without a newline, got \(Value.string(value).shortText)")
    }
    guard (1...3600).contains(deadline) else {
      throw ArgumentError(Self.name, "deadline", "expected seconds from 1 to 3600, got \(deadline)")
    }
  }

  struct State: Codable, Equatable { var value: String? }

  func observe(_ context: Context) throws -> State {
    State(value: try context.host.text(path.text).map(Self.chosen))
  }

  /// The choice in brackets, or the whole text.
  static func chosen(_ text: String) -> String {
    let choice = text.split(whereSeparator: \.isWhitespace).first {
      $0.hasPrefix("[") && $0.hasSuffix("]") && $0.count > 2
    }
    return choice.map { String($0.dropFirst().dropLast()) } ?? text
  }

  func holds(_ state: State) -> Bool { state.value == value }

  func apply(_ context: Context, from state: State) async throws {
    guard state.value != nil else { throw PrimitiveError("there is no attribute \(path)") }
    try await write(value, context.host)
  }

  /// A write of no bytes does nothing; a newline empties an attribute.
  private func write(_ value: String, _ host: any Host) async throws(HostError) {
    try await host.writeAttribute(path.text, value.isEmpty ? "\n" : value, deadline: deadline)
  }

  func shortfall(_ state: State) -> String? { "\(path) reads '\(state.value ?? "")' after '\(value)' was written" }

  /// An attribute that went away with its device has nothing left to restore.
  func isUndone(_ state: State, before: State) -> Bool { state.value == nil || state == before }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    if let value = before.value { try await write(value, context.host) }
  }
}
