import Host

struct HostReboot: Effect {
  static let name = "host.reboot"
  static let summary = "The machine has booted since this run asked for it, once for each reason."
  static let details = """
    The run ends with exit code 6, and goes on by itself after the boot. The same reason never reboots a second time: compare \
    after it what was to change, and stop there with what the operator can do.
    """
  static let answers = "`true` once the machine has booted"
  static let answerType = "true"
  static let undoing = "Nothing: a reboot is not taken back."
  static let example = #"host.reboot "the kernel command line""#

  @Argument("what the reboot is for; it names the effect", bare: true) var reason: String

  var target: String { reason }

  struct State: Codable, Equatable { var boot: String }

  func observe(_ context: Context) throws -> State { State(boot: try context.host.bootID) }

  func holds(_ state: State) -> Bool { false }

  func holds(_ state: State, since intent: State?) -> Bool { intent.map { $0.boot != state.boot } ?? false }

  func apply(_ context: Context, from state: State) async throws {
    try await context.host.reboot()
    throw Rebooting(reason: reason)
  }

  /// A reboot done is nothing to bring back.
  func isUndone(_ state: State, before: State) -> Bool { true }

  func undo(_ context: Context, to before: State, after: State?, from now: State) {}
}

/// The machine is going down; the run goes on after the boot.
public struct Rebooting: Error {
  public var reason: String
}
