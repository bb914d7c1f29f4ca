/// The firmware of an NVIDIA card: its version, and the settings that mstconfig shows. A setting takes hold at a boot.
struct Firmware: Equatable, Sendable {
  /// As mstconfig prints it: `True(1)`, `ETH(2)`, `8`.
  struct Setting: Equatable, Sendable {
    var factory: String
    var current: String
    var next: String

    init(_ value: String) { (factory, current, next) = (value, value, value) }
  }

  /// What the RDMA device shows, `16.35.4030`.
  var version: String
  var settings: [String: Setting]

  /// What a setting's text says as a number: that in parentheses, or the whole.
  static func number(_ text: String) -> Int? {
    guard text.hasSuffix(")"), let open = text.lastIndex(of: "(") else { return Int(text) }
    return Int(text[text.index(after: open)...].dropLast())
  }

  /// How a setting shows a value that was given as a number or by its name; nil if it is neither.
  static func text(_ name: String, _ given: String, _ setting: Setting) -> String? {
    let words = name.hasPrefix("LINK_TYPE_") ? ["IB(1)", "ETH(2)"] : ["False(0)", "True(1)"]
    let isPlain = Int(setting.factory) != nil
    if isPlain { return Int(given).map(String.init) }
    return words.first {
      number($0) == Int(given) || $0.prefix { $0 != "(" }.lowercased() == given.lowercased()
    }
  }

  /// The firmware that a card has of which nothing is said: recent, with as many virtual functions as it shows.
  static func ordinary(_ device: PCIDevice, ports: Int) -> Firmware? {
    guard device.vendor == 0x15b3, let sriov = device.sriov, let version = versions[device.device] else { return nil }
    var settings = [
      "SRIOV_EN": Setting(sriov.isEnabledInFirmware ? "True(1)" : "False(0)"),
      "NUM_OF_VFS": Setting(String(sriov.isEnabledInFirmware ? sriov.total : 0)), "UCTX_EN": Setting("True(1)"),
    ]
    for port in 1...max(1, ports) { settings["LINK_TYPE_P\(port)"] = Setting("ETH(2)") }
    return Firmware(version: version, settings: settings)
  }

  /// A recent version, by the device of the port.
  private static let versions = [
    0x1013: "12.28.2302", 0x1015: "14.32.1900", 0x1017: "16.35.4030", 0x1019: "16.35.4030", 0x101b: "20.43.2566",
    0x101d: "22.43.2566", 0x101f: "26.43.2566", 0x1021: "28.43.2566", 0xa2d6: "24.43.2566", 0xa2dc: "32.43.2566",
  ]
}

extension Machine {
  /// The physical functions of the card that a function is on, in their order: a card has one firmware.
  func ports(ofCardAt address: PCIAddress) -> [PCIAddress] {
    pci.keys.filter {
      $0.domain == address.domain && $0.routingID >> 3 == address.routingID >> 3 && pci[$0]?.virtualFunction == nil
    }.sorted()
  }

  /// The function with which the firmware of its card is kept.
  func firmwareOwner(_ address: PCIAddress) -> PCIAddress? {
    ports(ofCardAt: pci[address]?.virtualFunction?.physical ?? address).first { pci[$0]?.firmware != nil }
  }

  /// What the card of a function has of which nothing else is known, where it is kept with that function.
  func ordinaryFirmware(_ address: PCIAddress) -> Firmware? {
    let ports = ports(ofCardAt: address)
    guard ports.first == address, let device = pci[address] else { return nil }
    return Firmware.ordinary(device, ports: ports.count)
  }

  /// Gives the cards of which nothing is said their ordinary firmware, but for those of which it is said that it is unknown.
  mutating func completeFirmware(except unknown: Set<PCIAddress>) {
    let slots = Set(unknown.map { [$0.domain, $0.routingID >> 3] })
    for address in Array(pci.keys)
    where firmwareOwner(address) == nil && !slots.contains([address.domain, address.routingID >> 3]) {
      let firmware = ordinaryFirmware(address)
      pci[address]?.firmware = firmware
    }
  }

  /// What the firmware does when the machine starts: settings take hold, and functions show what they say.
  mutating func startFirmware() {
    for (address, device) in pci {
      guard var firmware = device.firmware else { continue }
      for name in firmware.settings.keys {
        if let next = firmware.settings[name]?.next { firmware.settings[name]?.current = next }
      }
      pci[address]?.firmware = firmware
      func number(_ name: String) -> Int? { firmware.settings[name].flatMap { Firmware.number($0.current) } }
      guard let switched = number("SRIOV_EN"), let count = number("NUM_OF_VFS") else { continue }
      let isOn = switched == 1 && count > 0
      let factory = firmware.settings["NUM_OF_VFS"].flatMap { Firmware.number($0.factory) }
      for (index, port) in ports(ofCardAt: address).enumerated() {
        guard var sriov = pci[port]?.sriov else { continue }
        sriov.isEnabledInFirmware = isOn
        // While it is off nobody sees how many there might be.
        if let total = isOn ? count : factory, total > 0 {
          // Where they stand one behind the other, those of a port begin behind those of the ports before it.
          if sriov.stride == 1 { sriov.offset += index * (total - sriov.total) }
          sriov.total = total
        }
        pci[port]?.sriov = sriov
      }
    }
  }
}
