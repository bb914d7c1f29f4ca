import Host
import Values

struct SwapOff: Effect {
  static let name = "swap.off"
  static let summary = "No swap is in use, and none comes back at a reboot."
  static let details = """
    Swap areas are turned off, swap entries of /etc/fstab are put behind `\(SwapFstab.mark)`, and swap units that systemd \
    generates for others (GPT partitions, zram) are masked. Documented step D1.
    """
  static let undoing = "All three come back: swap areas with their priorities, /etc/fstab, units."
  static let errors = "A swap area that the kernel does not give up, for want of memory."
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
    let fstab = try SwapFstab.read(host)
    return State(
      areas: try SwapArea.all(host), fstab: try FileFootprint.observe(SwapFstab.path, context),
      hasEntries: SwapFstab.disabled(fstab) != fstab, units: try Self.generatedUnits(host))
  }

  /// Swap units below /run/systemd/generator* that do not come from /etc/fstab.
  private static func generatedUnits(_ host: any Host) throws -> [String] {
    var units: [String] = []
    for folder in ["/run/systemd/generator", "/run/systemd/generator.late"] {
      for unit in try host.listIfPresent(folder) where unit.hasSuffix(".swap") {
        let text = try host.text("\(folder)/\(unit)") ?? ""
        // What stands below /etc comes before what is generated: a mask, or a unit of the administrator's own.
        let isCovered = try host.status("/etc/systemd/system/\(unit)") != nil
        if !text.contains("SourcePath=\(SwapFstab.path)"), !isCovered { units.append(unit) }
      }
    }
    return units
  }

  func holds(_ state: State) -> Bool { state.areas.isEmpty && !state.hasEntries && state.units.isEmpty }

  func apply(_ context: Context, from state: State) throws {
    let host = context.host
    for area in state.areas { try turnOff(area, host) }
    if state.hasEntries {
      try host.replace(
        SwapFstab.path, with: SwapFstab.disabled(try SwapFstab.read(host)), mode: state.fstab.mode ?? 0o644,
        owner: state.fstab.owner ?? .root)
    }
    for unit in state.units { try host.makeLink("/etc/systemd/system/\(unit)", to: "/dev/null") }
  }

  private func turnOff(_ area: SwapArea, _ host: any Host) throws {
    do {
      try host.swapOff(area.path)
    } catch {
      guard error.isSystem(.noMemory) else { throw error }
      throw PrimitiveError(
        "\(error)", hint: "what was swapped out does not fit into memory: stop what needs it (`free -h`), then resume")
    }
  }

  func shortfall(_ state: State) -> String? {
    if let area = state.areas.first { return "\(area.path) is in use for swapping again: something turned it on" }
    return "swap would come back at a reboot: "
      + (state.hasEntries ? SwapFstab.path : state.units.joined(separator: ", "))
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    let host = context.host
    for unit in before.units where try host.linkName("/etc/systemd/system/\(unit)") == "null" {
      try host.remove("/etc/systemd/system/\(unit)")
    }
    if now.fstab != before.fstab { try before.fstab.restore(SwapFstab.path, context) }
    // The kernel numbers those without a priority of their own in the order in which they come: the first one first.
    let areas = before.areas.sorted { $0.priority > $1.priority }
    for area in areas where !now.areas.contains(where: { $0.path == area.path }) {
      try host.swapOn(area.path, priority: area.priority)
    }
  }
}

/// The swap entries of /etc/fstab (fstab(5)).
enum SwapFstab {
  static let path = "/etc/fstab"
  static let mark = "# vsrrun swap.off: "

  /// Its bytes, which need not be UTF-8 in comments; none if there is no such file.
  static func read(_ host: any Host) throws -> [UInt8] {
    try host.status(path) == nil ? [] : try host.read(path)
  }

  /// The same file with its swap entries behind ``mark``.
  static func disabled(_ content: [UInt8]) -> [UInt8] {
    let newline = UInt8(ascii: "\n")
    let lines = content.split(separator: newline, omittingEmptySubsequences: false).map { line in
      let fields = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      let isSwap = fields.count >= 3 && fields[0].first != UInt8(ascii: "#") && fields[2].elementsEqual("swap".utf8)
      return isSwap ? Array(mark.utf8) + line : Array(line)
    }
    return Array(lines.joined(separator: [newline]))
  }
}
