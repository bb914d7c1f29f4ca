import OrderedCollections
import Values

struct MSTConfigSet: Effect {
  static let name = "mstconfig.set"
  static let summary = "The firmware of an NVIDIA (Mellanox) card has these settings from the next boot on."
  static let details = """
    Both ports of a card have the same settings. What the card does not have is an error. Whether this boot has them already, \
    mstconfig.get tells: where it has, no reboot is needed.
    """
  static let undoing = "The settings get the values that they had for the next boot."
  static let errors = "A setting that the firmware does not have."
  static let example = #"mstconfig.set { device = "0000:3b:00.0", settings = { SRIOV_EN = 1, NUM_OF_VFS = 8 } }"#
  static let needsReboot = true

  @Argument("a port of the card") var device: PCIAddress
  @Argument("values by name; False is 0 and True is 1") var settings: OrderedDictionary<String, Int>

  var target: String { device.text }

  func validate() throws(ArgumentError) {
    guard !settings.isEmpty else { throw ArgumentError(Self.name, "settings", "expected one setting at least") }
    for name in settings.keys
    where name.isEmpty || !name.allSatisfy({ $0.isASCII && ($0 == "_" || $0.isNumber || $0.isUppercase) }) {
      throw ArgumentError(Self.name, "settings", "expected names such as SRIOV_EN, got \(Value.string(name).shortText)")
    }
  }

  struct State: Codable, Equatable {
    /// What the next boot has, of the settings asked for; one that the card does not have is not there.
    var next: [String: Int]
  }

  private func card(_ context: Context) -> MSTConfig { MSTConfig(device: device, host: context.host) }

  func observe(_ context: Context) async throws -> State {
    let present = try await card(context).settings()
    var state = State(next: [:])
    for name in settings.keys { if let setting = present[name] { state.next[name] = setting.next } }
    return state
  }

  func holds(_ state: State) -> Bool { settings.allSatisfy { state.next[$0.key] == $0.value } }

  func apply(_ context: Context, from state: State) async throws {
    if let missing = settings.keys.first(where: { state.next[$0] == nil }) {
      throw PrimitiveError(
        "the firmware of \(device) has no setting \(missing)",
        hint: "`mstconfig -d \(device) q` lists those that it has")
    }
    try await card(context).set(settings.filter { state.next[$0.key] != $0.value })
  }

  func shortfall(_ state: State) -> String? {
    let missed = settings.filter { state.next[$0.key] != $0.value }.map { "\($0.key)=\($0.value)" }
    return "mstconfig ended well, but the next boot of \(device) does not have \(missed.joined(separator: " "))"
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    let former = before.next.filter { now.next[$0.key] != $0.value }.sorted { $0.key < $1.key }
    try await card(context).set(OrderedDictionary(uniqueKeysWithValues: former))
  }
}
