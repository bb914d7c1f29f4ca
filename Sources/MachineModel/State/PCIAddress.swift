/// Where a PCI function is: `0000:81:00.0` is domain, bus, device, function.
struct PCIAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
  var domain: Int
  /// Bus, device and function as they travel on PCI Express: 8, 5 and 3 bits.
  var routingID: Int

  init(domain: Int, routingID: Int) {
    self.domain = domain
    self.routingID = routingID
  }

  /// Reads the form that sysfs uses, `0000:81:00.0`.
  init?(_ text: some StringProtocol) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
    guard parts.count == 4, parts[0].count >= 4, parts[1].count == 2, parts[2].count == 2, parts[3].count == 1,
      text.dropLast().last == ".",
      let domain = Int(parts[0], radix: 16), let bus = Int(parts[1], radix: 16),
      let device = Int(parts[2], radix: 16), device < 32, let function = Int(parts[3], radix: 8)
    else { return nil }
    self.init(domain: domain, routingID: bus << 8 | device << 3 | function)
  }

  var bus: Int { routingID >> 8 }

  /// The first part of a path below `/sys/devices`, for a device right behind the root complex: `pci0000:81`.
  var root: String { "pci\(Hexadecimal.padded(domain, 4)):\(Hexadecimal.padded(bus, 2))" }

  var description: String {
    let device = Hexadecimal.padded(routingID >> 3 & 31, 2)
    return "\(Hexadecimal.padded(domain, 4)):\(Hexadecimal.padded(bus, 2)):\(device).\(routingID & 7)"
  }

  static func < (a: PCIAddress, b: PCIAddress) -> Bool { (a.domain, a.routingID) < (b.domain, b.routingID) }
}
