import Host

/// Who uses a device, so that it is not taken away from under them.
enum DeviceUse {
  /// The reason why the network devices of a function are in use: one of them, or a VLAN, bond or bridge above it,
  /// carries a route. An SSH session in which this runs comes over a route, too.
  static func network(_ function: PCIFunction) throws -> String? {
    for netdev in try function.netdevs {
      if let reason = try network(netdev, function.host) { return reason }
    }
    return nil
  }

  /// The same for one network device.
  ///
  /// - Parameter countsAutomatic: whether routes count that every device gets from an IPv6 router as soon as it is up.
  static func network(_ netdev: String, _ host: any Host, countsAutomatic: Bool = true) throws -> String? {
    for (name, way) in try withUppers(netdev, way: netdev, host, depth: 0) {
      if let route = try route(over: name, host, countsAutomatic) { return "\(way) carries \(route)" }
    }
    return nil
  }

  /// A device and what is stacked on it: sysfs shows those as links `upper_<name>`.
  private static func withUppers(_ name: String, way: String, _ host: any Host, depth: Int) throws -> [(String, String)]
  {
    guard depth < 8 else { return [] }
    var found = [(name, way)]
    for entry in try host.listIfPresent("/sys/class/net/\(name)") where entry.hasPrefix("upper_") {
      let upper = String(entry.dropFirst("upper_".count))
      found += try withUppers(upper, way: "\(upper), on top of \(way),", host, depth: depth + 1)
    }
    return found
  }

  /// Flags of routes in include/uapi/linux/ipv6_route.h.
  private enum IPv6RouteFlags {
    /// By stateless address autoconfiguration.
    static let automatic = 0x40000
    /// To an address of this machine.
    static let local = 0x8000_0000
  }

  private static func route(over netdev: String, _ host: any Host, _ countsAutomatic: Bool) throws -> String? {
    for line in (try host.text("/proc/net/route") ?? "").split(separator: "\n").dropFirst() {
      let fields = line.split(whereSeparator: \.isWhitespace)
      if fields.count > 1, fields[0] == netdev {
        return fields[1] == "00000000" ? "the default route" : "an IPv4 route"
      }
    }
    for line in (try host.text("/proc/net/ipv6_route") ?? "").split(separator: "\n") {
      let fields = line.split(whereSeparator: \.isWhitespace)
      // Link-local and multicast routes stand on every device that is up.
      guard fields.count == 10, fields[9] == netdev, !fields[0].hasPrefix("fe80"), !fields[0].hasPrefix("ff") else {
        continue
      }
      let flags = Int(fields[8], radix: 16) ?? 0
      let ignored = IPv6RouteFlags.local | (countsAutomatic ? 0 : IPv6RouteFlags.automatic)
      if flags & ignored == 0 { return "an IPv6 route" }
    }
    return nil
  }

  /// The processes, by number and name, that hold `/dev/vfio/<group>` (without an IOMMU: `noiommu-<group>`) open: while one
  /// does, unbinding hangs in the kernel.
  static func vfioHolders(group: String, _ host: any Host) throws -> [String] {
    let devices = ["/dev/vfio/\(group)", "/dev/vfio/noiommu-\(group)"]
    return try host.list("/proc").filter { $0.allSatisfy(\.isNumber) }.filter { process in
      // A process may end, or belong to another user, while it is looked at.
      guard let descriptors = try? host.list("/proc/\(process)/fd") else { return false }
      return descriptors.contains { descriptor in
        (try? host.readLink("/proc/\(process)/fd/\(descriptor)")).map(devices.contains) == true
      }
    }.map { process in
      let name = (try? host.text("/proc/\(process)/comm"))?.split(whereSeparator: \.isNewline).first
      return name.map { "\(process) (\($0))" } ?? process
    }
  }
}
