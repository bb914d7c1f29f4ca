/// `/proc/net`: routes, addresses and connections, as far as they tell whether a device is in use.
enum ProcNetView {
  static let folder = Folder(governing: ["route", "ipv6_route", "fib_trie", "if_inet6", "tcp", "tcp6", "dev"]) { _ in
    [
      "route": .readable(route), "ipv6_route": .readable(ipv6Route), "if_inet6": .readable(inet6),
      "fib_trie": .readable(trie), "tcp": .readable { tcp($0) },
      "tcp6": .readable { _ in tcpHeader + "\n" },
      "dev": .readable { machine in
        "Inter-|   Receive\n face |bytes\n"
          + (["lo"] + machine.netLinks.keys.sorted()).map { "\($0): 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n" }.joined()
      },
    ]
  }

  /// The routes of all devices, in the order of their names, those that an address brings among them.
  private static func routes(_ machine: Machine) -> [Route] {
    machine.netLinks.sorted { $0.key < $1.key }.flatMap { name, value in
      let connected = value.link.isUp ? value.link.addresses : []
      return (value.link.routes + connected).compactMap { route -> Route? in
        let words = route.words
        guard let destination = words.first else { return nil }
        return Route(
          device: name, destination: destination, via: words.count >= 3 && words[1] == "via" ? words[2] : nil,
          isAutomatic: words.suffix(2) == ["proto", "ra"])
      }
    }
  }

  private struct Route {
    var device: String
    var destination: String
    var via: String?
    /// It came from an IPv6 router by itself.
    var isAutomatic: Bool
  }

  private static func route(_ machine: Machine) -> String {
    var text = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    for route in routes(machine) {
      let isDefault = route.destination == "default" && route.via?.contains(":") != true
      guard let network = isDefault ? IPv4.Network(address: 0, length: 0) : IPv4.Network(route.destination) else {
        continue
      }
      let gateway = route.via.flatMap(IPv4.address) ?? 0
      let flags = gateway == 0 ? "0001" : "0003"
      let fields = [
        route.device, IPv4.hex(network.first), IPv4.hex(gateway), flags, "0", "0", "0", IPv4.hex(network.mask),
      ]
      text += fields.joined(separator: "\t") + "\t0\t0\t0\n"
    }
    return text
  }

  private static func ipv6Route(_ machine: Machine) -> String {
    let none = String(repeating: "0", count: 32)
    var text = "\(none.dropLast())1 80 \(none) 00 \(none) 00000000 00000002 00000000 80200001       lo\n"
    for route in routes(machine) {
      let isDefault = route.destination == "default" && route.via?.contains(":") == true
      guard let network = isDefault ? ("::", 0) : IPv6.network(route.destination), let address = IPv6.hex(network.0)
      else {
        continue
      }
      let gateway = route.via.flatMap(IPv6.hex) ?? none
      let flags = (route.via == nil ? 1 : 3) | (route.isAutomatic ? 0x40000 : 0)
      text += "\(address) \(Hexadecimal.padded(network.1, 2)) \(none) 00 \(gateway) 00000400 00000001 00000000 "
      text += "\(Hexadecimal.padded(flags, 8)) \(route.device)\n"
    }
    return text
  }

  private static func inet6(_ machine: Machine) -> String {
    var text = "00000000000000000000000000000001 01 80 10 80       lo\n"
    for (name, (link, _)) in machine.netLinks.sorted(by: { $0.key < $1.key }) where link.isUp {
      for address in link.addresses {
        guard let (host, length) = IPv6.network(address), let hex = IPv6.hex(host) else { continue }
        let index = Hexadecimal.padded(NetView.index(name, machine), 2)
        text += "\(hex) \(index) \(Hexadecimal.padded(length, 2)) 00 80 \(name)\n"
      }
    }
    return text
  }

  /// Only the leaves that name the machine's own addresses.
  private static func trie(_ machine: Machine) -> String {
    var text = "Main:\nLocal:\n        |-- 127.0.0.1\n           /32 host LOCAL\n"
    for (_, (link, _)) in machine.netLinks.sorted(by: { $0.key < $1.key }) where link.isUp {
      for address in link.addresses.filter({ !$0.contains(":") }) {
        text += "        |-- \(address.prefix { $0 != "/" })\n           /32 host LOCAL\n"
      }
    }
    return text
  }

  private static let tcpHeader =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"

  /// An established connection to port 22 for each device that carries SSH.
  private static func tcp(_ machine: Machine) -> String {
    var text = tcpHeader + "\n"
    for (_, (link, _)) in machine.netLinks.sorted(by: { $0.key < $1.key }) where link.carriesSSH && link.isUp {
      guard let local = link.addresses.compactMap({ IPv4.Network($0)?.address }).first else { continue }
      text += "   0: \(IPv4.hex(local)):0016 \(IPv4.hex(0xc633_6401)):C001 01 "
      text += "00000000:00000000 02:00000000 00000000     0        0 20000 4\n"
    }
    return text
  }
}

/// IPv4 addresses as numbers, the first part highest.
enum IPv4 {
  struct Network {
    var address: UInt32
    var length: Int

    var mask: UInt32 { length == 0 ? 0 : ~0 << (32 - length) }
    var first: UInt32 { address & mask }

    init(address: UInt32, length: Int) {
      self.address = address
      self.length = length
    }

    /// Reads `192.0.2.0/24`; without a length, a single address.
    init?(_ text: String) {
      let parts = text.split(separator: "/")
      guard let address = parts.first.flatMap({ IPv4.address(String($0)) }) else { return nil }
      guard parts.count == 2 else {
        self.init(address: address, length: 32)
        return
      }
      guard let length = Int(parts[1]), (0...32).contains(length) else { return nil }
      self.init(address: address, length: length)
    }
  }

  static func address(_ text: String) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
    return parts.count == 4 ? parts.reduce(0) { $0 << 8 | UInt32($1) } : nil
  }

  /// As `/proc/net/route` prints it: the bytes in the order of a little-endian number.
  static func hex(_ address: UInt32) -> String { Hexadecimal.padded(Int(address.byteSwapped), 8).uppercased() }
}

/// IPv6 addresses.
enum IPv6 {
  /// Reads `2001:db8::/32`; without a length, a single address.
  static func network(_ text: String) -> (String, Int)? {
    let parts = text.split(separator: "/").map(String.init)
    guard let address = parts.first, hex(address) != nil else { return nil }
    guard parts.count == 2 else { return (address, 128) }
    return Int(parts[1]).map { (address, $0) }
  }

  /// 32 hexadecimal digits; nil if this is no address.
  static func hex(_ text: String) -> String? {
    guard text.contains(":") else { return nil }
    let halves = text.split(separator: "::", omittingEmptySubsequences: false).map { half in
      half.split(separator: ":").map { Hexadecimal.number($0) }
    }
    let groups = halves.flatMap { $0 }
    guard halves.count <= 2, groups.count <= 8, groups.allSatisfy({ $0 != nil }), halves.count == 2 || groups.count == 8
    else { return nil }
    let zeros = Array(repeating: 0 as Int?, count: 8 - groups.count)
    let whole = halves.count == 2 ? halves[0] + zeros + halves[1] : groups
    return whole.compactMap { $0.map { Hexadecimal.padded($0, 4) } }.joined()
  }
}
