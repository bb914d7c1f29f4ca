import Host
import Values

struct SysctlSet: Effect {
  static let name = "sysctl.set"
  static let summary = "A kernel parameter has a value now."
  static let details = """
    The value is lost at a reboot: to keep it, write a file below /etc/sysctl.d too, as `require "vsr.sysctls"` does. Only \
    the named parameter is touched, where `sysctl --system` would apply every file on the machine (documented step D12).
    """
  static let undoing = "The former value comes back."
  static let errors = "A parameter that the kernel does not have, a value that it does not take."
  static let example = #"sysctl.set { key = "net.ipv4.ip_forward", value = "1" }"#

  @Argument("which parameter") var key: SysctlKey
  @Argument("the value; columns separated by spaces") var value: String

  var target: String { key.text }

  struct State: Codable, Equatable { var value: String? }

  func observe(_ context: Context) throws -> State { State(value: try liveSysctl(key, context.host)) }

  func holds(_ state: State) -> Bool {
    state.value == value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  func apply(_ context: Context, from state: State) async throws {
    guard state.value != nil else {
      let module = key.text.hasPrefix("net.bridge.") ? "br_netfilter" : "its module"
      throw PrimitiveError(
        "the kernel has no parameter \(key)", hint: "check the name, or load \(module) first by kernel.modprobe")
    }
    do {
      try await write(value, context.host)
    } catch {
      guard error.isSystem(.invalid) else { throw error }
      throw PrimitiveError("\(error)", hint: "the kernel does not take '\(value)' for \(key)")
    }
  }

  /// A write of no bytes does nothing; a newline empties a parameter.
  private func write(_ value: String, _ host: any Host) async throws(HostError) {
    try await host.writeAttribute(key.path, value.isEmpty ? "\n" : value)
  }

  func shortfall(_ state: State) -> String? { "\(key) is '\(state.value ?? "")' after '\(value)' was written" }

  /// A parameter that went away with its module has nothing left to restore.
  func isUndone(_ state: State, before: State) -> Bool { state.value == nil || state == before }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    if let value = before.value { try await write(value, context.host) }
  }
}
