import Host
import Values

struct SwapOff: Effect {
  static let name = "swap.off"
  static let summary = "No swap is in use, and none comes back at a reboot."
  static let details = """
    Swap areas are turned off, swap entries of /etc/fstab are put behind `\(SwapFstab.mark)`, and swap units that systemd \
    generates for others (GPT partitions, zram) are masked. Undo restores all three (documented step D1).
    """
  static let example = "swap.off()"

  var target: String { "swap" }

  struct State: Codable, Equatable {
    var areas: [SwapArea]
    var fstab: FileFootprint
    /// Whether /etc/fstab still has swap entries.
    var hasEntries: Bool
    /// Swap units that systemd generated and nobody masked.
    var units: [String]

    static func == (a: State, b: State) -> Bool {
      // The kernel hands out priorities anew: they say nothing of whether the same areas are in use.
      a.areas.map(\.path).sorted() == b.areas.map(\.path).sorted() && a.fstab == b.fstab && a.units == b.units
    }
  }

  func observe(_ context: Context) throws -> State {
    let host = context.host
    let text = try host.text(SwapFstab.path) ?? ""
    return State(
      areas: try SwapArea.all(host), fstab: try FileFootprint.observe(SwapFstab.path, context),
      hasEntries: SwapFstab.disabled(text) != text, units: try Self.generatedUnits(host))
  }

  /// Swap units below /run/systemd/generator* that do not come from /etc/fstab.
  private static func generatedUnits(_ host: any Host) throws -> [String] {
    var units: [String] = []
    for folder in ["/run/systemd/generator", "/run/systemd/generator.late"] {
      for unit in try host.listIfPresent(folder) where unit.hasSuffix(".swap") {
        let text = try host.text("\(folder)/\(unit)") ?? ""
        let isMasked = try host.linkName("/etc/systemd/system/\(unit)") == "null"
        if !text.contains("SourcePath=\(SwapFstab.path)"), !isMasked { units.append(unit) }
      }
    }
    return units
  }

  func holds(_ state: State) -> Bool { state.areas.isEmpty && !state.hasEntries && state.units.isEmpty }

  func apply(_ context: Context, from state: State) throws {
    let host = context.host
    for area in state.areas { try host.swapOff(area.path) }
    if state.hasEntries {
      let text = String(decoding: try host.read(SwapFstab.path), as: UTF8.self)
      try host.replace(
        SwapFstab.path, with: Array(SwapFstab.disabled(text).utf8), mode: state.fstab.mode ?? 0o644,
        owner: state.fstab.owner ?? .root)
    }
    for unit in state.units { try host.makeLink("/etc/systemd/system/\(unit)", to: "/dev/null") }
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    let host = context.host
    for unit in before.units where try host.linkName("/etc/systemd/system/\(unit)") == "null" {
      try host.remove("/etc/systemd/system/\(unit)")
    }
    if now.fstab != before.fstab { try before.fstab.restore(SwapFstab.path, context) }
    for area in before.areas where !now.areas.contains(where: { $0.path == area.path }) {
      try host.swapOn(area.path, priority: area.priority)
    }
  }
}

/// The swap entries of /etc/fstab (fstab(5)).
enum SwapFstab {
  static let path = "/etc/fstab"
  static let mark = "# vsrrun swap.off: "

  /// The same file with its swap entries behind ``mark``.
  static func disabled(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let fields = line.split(whereSeparator: \.isWhitespace)
      let isSwap = fields.count >= 3 && !fields[0].hasPrefix("#") && fields[2] == "swap"
      return isSwap ? mark + line : String(line)
    }.joined(separator: "\n")
  }
}
