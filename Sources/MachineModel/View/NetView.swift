/// Network devices (Documentation/ABI/testing/sysfs-class-net of the kernel).
enum NetView {
  /// `/sys/class/net`
  static func classEntries(_ machine: Machine) -> [String: Node] {
    var links: [String: Node] = ["lo": .link("../../devices/virtual/net/lo")]
    for name in machine.netLinks.keys {
      links[name] = place(name, machine).map { SysPath.link(from: "class/net", to: $0) }
    }
    return links
  }

  /// Where a network device is below `/sys`.
  private static func place(_ name: String, _ machine: Machine) -> String? {
    if let address = machine.netAddress(name), let device = machine.pci[address] {
      return "\(SysPath.device(address, device))/net/\(name)"
    }
    return machine.links[name] == nil ? nil : "devices/virtual/net/\(name)"
  }

  /// `/sys/devices/virtual/net`
  static func virtualEntries(_ machine: Machine) -> [String: Node] {
    var entries: [String: Node] = ["lo": .folder(loopback)]
    for name in machine.links.keys { entries[name] = .folder(folder(name, device: nil)) }
    return entries
  }

  private static let loopback = Folder { _ in
    [
      "address": .line("00:00:00:00:00:00"), "mtu": .line(65536), "flags": .line("0x9"), "ifindex": .line(1),
      "operstate": .line("unknown"), "carrier": .line(1), "type": .line(772),
    ]
  }

  private static let governed: Set<String> = [
    "address", "mtu", "flags", "operstate", "carrier", "ifindex", "type", "device", "master", "speed", "bridge",
    "bonding", "phys_switch_id",
  ]

  /// - Parameter device: where the link `device` points, of a device with hardware.
  static func folder(_ name: String, device: String?) -> Folder {
    Folder(governs: { governed.contains($0) || $0.hasPrefix("upper_") || $0.hasPrefix("lower_") }) { machine in
      guard let net = machine.netLinks[name]?.link else { return [:] }
      var entries: [String: Node] = [
        "address": .line(net.mac), "ifindex": .line(index(name, machine)), "type": .line(1),
        "operstate": .readable { machine in machine.netLinks[name]?.link.isUp == true ? "up\n" : "down\n" },
        "carrier": .readable { machine throws(Refusal) in
          // A device that is down has no answer.
          guard machine.netLinks[name]?.link.isUp == true else { throw .invalid }
          return "1\n"
        },
        "flags": .writable { machine in
          "0x" + String(machine.netLinks[name].map { Machine.flags($0.link) } ?? 0, radix: 16) + "\n"
        } _: { machine, text throws(Refusal) in
          try machine.writeNetFlags(name, text)
        },
        "mtu": .writable { machine in
          "\(machine.netLinks[name]?.link.mtu ?? 0)\n"
        } _: { machine, text throws(Refusal) in
          try machine.writeMTU(name, text)
        },
      ]
      if let device { entries["device"] = .link(device) }
      if let address = machine.netAddress(name), let sriov = machine.pci[address]?.sriov {
        entries["phys_switch_id"] = .readable { _ throws(Refusal) in
          // In legacy mode it belongs to no switch.
          guard sriov.isSwitchdev else { throw .error(.notSupported) }
          return StableHash.digits("switch\(address)").prefix(16) + "\n"
        }
      }
      entries.merge(neighbours(net, place(name, machine) ?? "", machine)) { $1 }
      switch net.kind {
      case .bridge: entries["bridge"] = .all { _ in ["stp_state": .line(0)] }
      case .bond: entries["bonding"] = .all { _ in ["slaves": .line(net.lower.joined(separator: " "))] }
      case .physical, .vlan, .virtual: break
      }
      return entries
    }
  }

  /// The links to the devices above and below.
  private static func neighbours(_ net: NetLink, _ directory: String, _ machine: Machine) -> [String: Node] {
    var entries: [String: Node] = [:]
    func link(_ name: String) -> Node? { place(name, machine).map { SysPath.link(from: directory, to: $0) } }
    for upper in machine.links.values where upper.lower.contains(net.name) || upper.name == net.master {
      entries["upper_\(upper.name)"] = link(upper.name)
    }
    if let master = net.master { entries["master"] = link(master) }
    for lower in net.lower { entries["lower_\(lower)"] = link(lower) }
    for (name, (lower, _)) in machine.netLinks where lower.master == net.name { entries["lower_\(name)"] = link(name) }
    return entries
  }

  /// In the order of names, behind the loopback device.
  static func index(_ name: String, _ machine: Machine) -> Int {
    2 + machine.netLinks.keys.count { $0 < name }
  }
}
