import Host

/// mstconfig(1) of mstflint: `mstconfig [-e] [-y] -d DEVICE query` and `… set NAME=VALUE…`
enum MSTConfig {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    guard machine.hasProgram(of: "mstflint") else { throw .noEntry }
    var words = command.arguments.dropFirst()
    var name: String?
    var (isExtended, isSure) = (false, false)
    while let word = words.first, word.hasPrefix("-") {
      words.removeFirst()
      switch word {
      case "-e", "--enable_verbosity": isExtended = true
      case "-y", "--yes": isSure = true
      case "-d", "--dev": name = words.popFirst()
      default: throw .unmodelled
      }
    }
    guard let name else { return .failure("-E- Missing device name", status: 1) }
    // Lockdown keeps programs from a card's configuration space.
    if isLockedDown(machine) {
      return .failure("-E- Failed to open the device: \(name): Operation not permitted", status: 3)
    }
    guard let address = address(name), let device = machine.pci[address] else {
      return .failure("-E- Failed to open the device: \(name): No such file or directory", status: 3)
    }
    guard let owner = machine.firmwareOwner(address) else {
      // A card of which nothing is known, as on a captured machine.
      if device.vendor == 0x15b3 { throw .unmodelled }
      return .failure("-E- Failed to identify the device: \(name)", status: 3)
    }
    switch words.popFirst() {
    case "q", "query": return .success(page(name, owner, isExtended, machine))
    case "set" where isSure: return set(words, owner, &machine)
    default: throw .unmodelled
    }
  }

  /// Whether a command asks for the firmware of a card that is only known to the machine beneath.
  static func isUnknown(_ command: Command, _ machine: Machine) -> Bool {
    let words = command.arguments
    guard let index = words.firstIndex(of: "-d"), words.indices.contains(index + 1),
      let address = address(words[index + 1])
    else { return false }
    return machine.firmwareOwner(address) == nil
  }

  /// With or without the domain.
  private static func address(_ name: String) -> PCIAddress? { PCIAddress(name) ?? PCIAddress("0000:\(name)") }

  private static func isLockedDown(_ machine: Machine) -> Bool {
    let state = machine.files.text("/sys/kernel/security/lockdown") ?? ""
    return state.contains("[integrity]") || state.contains("[confidentiality]")
  }

  // MARK: query

  private static func page(_ name: String, _ owner: PCIAddress, _ isExtended: Bool, _ machine: Machine) -> String {
    let settings = machine.pci[owner]?.firmware?.settings ?? [:]
    func line(_ mark: String, _ columns: [String]) -> String {
      columns.dropFirst().reduce(mark.padded(9) + columns[0].padded(44)) { $0 + $1.padded(20) } + "\n"
    }
    var text = "\nDevice #1:\n----------\n\nDevice type:    ConnectX\nDevice:         \(name)\n\n"
    let titles = isExtended ? ["Default", "Current", "Next Boot"] : ["Next Boot"]
    text += titles.reduce("Configurations:".padded(53)) { $0 + $1.padded(20) } + "\n"
    for (name, setting) in settings.sorted(by: { $0.key < $1.key }) {
      let isDifferent = setting.next != setting.current || setting.next != setting.factory
      let values = isExtended ? [setting.factory, setting.current, setting.next] : [setting.next]
      text += line(isExtended && isDifferent ? "*" : "", [name] + values)
    }
    if isExtended { text += "The '*' shows parameters with next value different from default/current value.\n" }
    return text
  }

  // MARK: set

  private static func set(
    _ words: ArraySlice<String>, _ owner: PCIAddress, _ machine: inout Machine
  ) -> CommandResult {
    guard var firmware = machine.pci[owner]?.firmware, !words.isEmpty else {
      return .failure("-E- No parameters given to set", status: 1)
    }
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return .failure("-E- Failed to parse \(word)", status: 1) }
      guard let setting = firmware.settings[parts[0]] else {
        return .failure("-E- The Device doesn't support \(parts[0]) parameter", status: 3)
      }
      guard let text = Firmware.text(parts[0], parts[1], setting) else {
        return .failure("-E- Failed to parse \(word): unknown value", status: 1)
      }
      firmware.settings[parts[0]]?.next = text
    }
    machine.pci[owner]?.firmware = firmware
    return .success("Applying... Done!\n-I- Please reboot machine to load new configurations.\n")
  }
}

extension String {
  /// With spaces behind it up to a width.
  fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
