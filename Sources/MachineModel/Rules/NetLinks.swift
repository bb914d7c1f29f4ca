import Host

/// Network devices: flags, MTU, and what a physical function decides for its virtual ones.
extension Machine {
  /// All network devices that there are now, with the PCI function of those that have one.
  var netLinks: [String: (link: NetLink, address: PCIAddress?)] {
    var all: [String: (link: NetLink, address: PCIAddress?)] = links.mapValues { ($0, nil) }
    for (address, device) in pci {
      if let net = device.visibleNet { all[net.name] = (net, address) }
    }
    return all
  }

  /// The PCI function of the network device that is there under this name.
  func netAddress(_ name: String) -> PCIAddress? {
    pci.first { $0.value.visibleNet?.name == name }?.key
  }

  mutating func changeNet(_ name: String, _ change: (inout NetLink) -> Void) {
    if let address = netAddress(name), var net = pci[address]?.net {
      change(&net)
      pci[address]?.net = net
    } else if var link = links[name] {
      change(&link)
      links[name] = link
    }
  }

  static let flagUp = 0x1

  /// `flags` of a network device (net/core/net-sysfs.c): of what is written, only IFF_UP matters here.
  mutating func writeNetFlags(_ name: String, _ text: String) throws(Refusal) {
    guard let flags = KernelText.number(text) else { throw .invalid }
    setUp(name, flags & Self.flagUp != 0)
  }

  /// A device that goes down loses its routes.
  mutating func setUp(_ name: String, _ isUp: Bool) {
    changeNet(name) { net in
      net.isUp = isUp
      if !isUp { net.routes = [] }
    }
  }

  /// The largest MTU that Intel's drivers take; others are alike.
  private static let mtuRange = 68...9710

  mutating func writeMTU(_ name: String, _ text: String) throws(Refusal) {
    guard let mtu = KernelText.number(text), Self.mtuRange.contains(mtu) else { throw .invalid }
    // The virtual function asks the physical one through its mailbox, which refuses what is above its own.
    if let address = netAddress(name), let vf = pci[address]?.virtualFunction, let physical = pci[vf.physical]?.net,
      mtu > physical.mtu
    {
      throw .invalid
    }
    changeNet(name) { $0.mtu = mtu }
  }

  /// The flags that a device shows: UP, BROADCAST, RUNNING and MULTICAST.
  static func flags(_ net: NetLink) -> Int { 0x1002 | (net.isUp ? flagUp : 0) | (net.master != nil ? 0x800 : 0) }
}
