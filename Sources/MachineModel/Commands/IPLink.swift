import Host
import Values

/// The parts of ip-link(8) that NIC preparation needs: `ip link set PF vf N …`, `ip link set DEVICE …`, and
/// `ip [-j] [-d] link show [dev DEVICE]`, `ip link delete DEVICE`.
enum IPLink {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    var words = command.arguments.dropFirst()
    var isJSON = false
    while let first = words.first, first.hasPrefix("-") {
      switch first {
      case "-j", "-json": isJSON = true
      case "-d", "-details", "-o", "-p", "-pretty", "-s": break
      default: throw .unmodelled
      }
      words.removeFirst()
    }
    guard let object = words.popFirst(), "link".hasPrefix(object), object.first == "l" else { throw .unmodelled }
    switch words.popFirst() {
    case "set": return try set(words, &machine)
    case "delete", "del":
      let name = words.first { $0 != "dev" } ?? ""
      // Only what has no hardware can be taken away.
      if machine.links.removeValue(forKey: name) != nil { return .success() }
      if machine.netLinks[name] == nil { return .failure("Cannot find device \"\(name)\"") }
      return .failure("RTNETLINK answers: Operation not supported", status: 2)
    case nil, "show", "list", "ls": return try show(words, isJSON, machine)
    default: throw .unmodelled
    }
  }

  // MARK: ip link show

  private static func show(_ words: ArraySlice<String>, _ isJSON: Bool, _ machine: Machine) throws(Refusal)
    -> CommandResult
  {
    let names = words.filter { $0 != "dev" }
    let links = machine.netLinks
    if let name = names.first, links[name] == nil, name != "lo" {
      return .failure("Device \"\(name)\" does not exist.")
    }
    // The human form is nothing that a program should read.
    guard isJSON else { throw .unmodelled }
    let shown = links.filter { names.isEmpty || names.contains($0.key) }.sorted { $0.key < $1.key }
    return .success(Value.array(shown.map { description($0.value.link, $0.value.address, machine) }).json + "\n")
  }

  private static func description(_ net: NetLink, _ address: PCIAddress?, _ machine: Machine) -> Value {
    var flags: [Value] = ["BROADCAST", "MULTICAST"]
    if net.isUp { flags += ["UP", "LOWER_UP"] }
    var map: ValueMap = [
      "ifindex": .integer(NetView.index(net.name, machine)), "ifname": .string(net.name), "flags": .array(flags),
      "mtu": .integer(net.mtu), "operstate": .string(net.isUp ? "UP" : "DOWN"), "link_type": "ether",
      "address": .string(net.mac),
    ]
    if let master = net.master { map["master"] = .string(master) }
    if net.kind != .physical { map["linkinfo"] = ["info_kind": .string(net.kind.rawValue)] }
    let vfs = address.flatMap { machine.pci[$0]?.sriov?.vfs } ?? []
    if !vfs.isEmpty {
      map["vfinfo_list"] = .array(vfs.compactMap { machine.pci[$0]?.virtualFunction }.map(description))
    }
    return .map(map)
  }

  private static func description(_ vf: VirtualFunction) -> Value {
    [
      "vf": .integer(vf.index), "link_type": "ether", "address": .string(vf.mac ?? "00:00:00:00:00:00"),
      "broadcast": "ff:ff:ff:ff:ff:ff", "vlan_list": [["vlan": .integer(vf.vlan)]],
      "spoofchk": .boolean(vf.spoofCheck), "link_state": "auto", "trust": .boolean(vf.trust), "query_rss_en": false,
    ]
  }

  // MARK: ip link set

  private static func set(_ words: ArraySlice<String>, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    var words = words
    if words.first == "dev" { words.removeFirst() }
    guard let name = words.popFirst() else {
      return .failure("Not enough information: \"dev\" argument is required.", status: 255)
    }
    guard machine.netLinks[name] != nil else { return .failure("Cannot find device \"\(name)\"") }
    while let word = words.popFirst() {
      switch word {
      case "up", "down": machine.setUp(name, word == "up")
      case "mtu":
        guard let value = words.popFirst() else { return incomplete(word) }
        do throws(Refusal) {
          try machine.writeMTU(name, value)
        } catch {
          return .failure("RTNETLINK answers: Invalid argument", status: 2)
        }
      case "address":
        guard let value = words.popFirst(), isMAC(value) else { return incomplete(word) }
        machine.changeNet(name) { $0.mac = value.lowercased() }
      case "vf": return try setVF(name, words, &machine)
      default: throw .unmodelled
      }
    }
    return .success()
  }

  private static func setVF(
    _ name: String, _ words: ArraySlice<String>, _ machine: inout Machine
  ) throws(Refusal) -> CommandResult {
    var words = words
    guard let index = words.popFirst().flatMap({ Int($0) }) else { return incomplete("vf") }
    guard let physical = machine.netAddress(name), let vfs = machine.pci[physical]?.sriov?.vfs else {
      return .failure("RTNETLINK answers: Operation not supported", status: 2)
    }
    guard vfs.indices.contains(index), var vf = machine.pci[vfs[index]]?.virtualFunction else {
      return .failure("RTNETLINK answers: Invalid argument", status: 2)
    }
    while let word = words.popFirst() {
      guard let value = words.popFirst() else { return incomplete(word) }
      switch word {
      case "mac":
        guard isMAC(value) else { return .failure("\"\(value)\" is invalid lladdr.") }
        vf.mac = value.lowercased() == "00:00:00:00:00:00" ? nil : value.lowercased()
      case "trust": vf.trust = value == "on"
      case "spoofchk": vf.spoofCheck = value == "on"
      case "vlan":
        guard let vlan = Int(value), (0...4095).contains(vlan) else {
          return .failure("Error: argument \"\(value)\" is wrong: invalid \"vlan\" value", status: 255)
        }
        vf.vlan = vlan
      case "state": break
      default: throw .unmodelled
      }
    }
    machine.pci[vfs[index]]?.virtualFunction = vf
    return .success()
  }

  private static func incomplete(_ word: String) -> CommandResult {
    .failure("Command line is not complete. Try option \"help\" (after \"\(word)\")", status: 255)
  }

  private static func isMAC(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 6 && parts.allSatisfy { $0.count == 2 && Int($0, radix: 16) != nil }
  }
}
