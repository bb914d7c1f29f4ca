import Values

struct MSTConfigGet: Query {
  static let name = "mstconfig.get"
  static let summary = "The firmware's settings of an NVIDIA (Mellanox) card, as mstconfig shows them."
  static let details = """
    Both ports of a card have the same settings. Only those are answered that are numbers; False is 0 and True is 1.
    """
  static let answers = """
    a table by name, of tables of `default`, `current` (of this boot) and `next` (from the next boot on)
    """
  static let answerType = "table<string, { default: integer, current: integer, next: integer }>"
  static let example = #"local vfs = mstconfig.get("0000:3b:00.0").NUM_OF_VFS.current"#

  @Argument("a port of the card", bare: true) var device: PCIAddress

  func answer(_ context: Context) async throws -> Value {
    let settings = try await MSTConfig(device: device, host: context.host).settings()
    return .map(
      settings.mapValues {
        ["default": .integer($0.factory), "current": .integer($0.current), "next": .integer($0.next)]
      })
  }
}
