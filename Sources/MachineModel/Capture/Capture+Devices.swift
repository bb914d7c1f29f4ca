import Host

extension Capture {
  private static let bus = "/sys/bus/pci/devices"

  mutating func readDevices() {
    let addresses = names(Self.bus).compactMap { PCIAddress($0) }
    for address in addresses { captured.pci[address] = device(address) }
    for address in addresses { readVFs(of: address) }
    captured.assignGroups()
  }

  private func device(_ address: PCIAddress) -> PCIDevice {
    let folder = "\(Self.bus)/\(address)"
    func code(_ name: String) -> Int { text("\(folder)/\(name)").flatMap { Hexadecimal.number($0) } ?? 0 }
    var device = PCIDevice(
      vendor: code("vendor"), device: code("device"), classCode: code("class"),
      parent: parent(address) ?? address.root)
    device.numaNode = number("\(folder)/numa_node") ?? -1
    device.iommuGroup = linkName("\(folder)/iommu_group").flatMap { Int($0) } ?? -1
    if !captured.iommu.isOn, device.iommuGroup >= 0 {
      device.unsafeGroup = device.iommuGroup
      device.iommuGroup = -1
    }
    device.driver = linkName("\(folder)/driver")
    let known = KnownDrivers.driver(vendor: device.vendor, device: device.device, classCode: device.classCode)
    device.defaultDriver = device.driver.flatMap { KnownDrivers.universal.contains($0) ? nil : $0 } ?? known
    if let override = text("\(folder)/driver_override"), override != "(null)" { device.driverOverride = override }
    if let name = names("\(folder)/net").first { device.net = link(name, kind: .physical) }
    if let total = number("\(folder)/sriov_totalvfs") { device.sriov = sriov(folder, total, device) }
    return device
  }

  /// What it is plugged into, from where its link leads: `../../../devices/pci0000:80/0000:80:02.0/0000:81:00.0`.
  private func parent(_ address: PCIAddress) -> String? {
    guard let target = try? host.readLink("\(Self.bus)/\(address)"), let range = target.firstRange(of: "/devices/")
    else {
      return nil
    }
    return target[range.upperBound...].split(separator: "/").dropLast().joined(separator: "/")
  }

  private func sriov(_ folder: String, _ total: Int, _ device: PCIDevice) -> SRIOV {
    let vfDevice = text("\(folder)/sriov_vf_device").flatMap { Hexadecimal.number($0) } ?? 0
    var sriov = SRIOV(
      total: total, vfDevice: vfDevice,
      vfDriver: KnownDrivers.driver(vendor: device.vendor, device: vfDevice, classCode: device.classCode),
      offset: number("\(folder)/sriov_offset") ?? 128, stride: number("\(folder)/sriov_stride") ?? 2)
    sriov.autoprobe = text("\(folder)/sriov_drivers_autoprobe") != "0"
    return sriov
  }

  private mutating func readVFs(of physical: PCIAddress) {
    guard captured.pci[physical]?.sriov != nil else { return }
    for index in 0..<(number("\(Self.bus)/\(physical)/sriov_numvfs") ?? 0) {
      guard let address = linkName("\(Self.bus)/\(physical)/virtfn\(index)").flatMap({ PCIAddress($0) }) else {
        continue
      }
      captured.pci[physical]?.sriov?.vfs.append(address)
      captured.pci[address]?.virtualFunction = VirtualFunction(physical: physical, index: index)
      // A function in other hands shows its device only once its own driver has it again.
      if captured.pci[address]?.net == nil, let name = captured.pci[physical]?.net?.name {
        let (driver, own) = (captured.pci[address]?.driver, captured.pci[address]?.defaultDriver)
        captured.pci[address]?.isNetMissing = driver != nil && driver == own
        captured.pci[address]?.net = NetLink("\(name)v\(index)", mac: NetLink.localMAC("\(address)"))
      }
    }
  }

  /// The processes that hold a device through vfio; they are only looked for where there is one.
  mutating func readHolders() {
    guard captured.pci.values.contains(where: { $0.driver == "vfio-pci" }) else { return }
    for name in names("/proc") {
      guard let pid = Int(name) else { continue }
      let open = names("/proc/\(pid)/fd").compactMap { try? host.readLink("/proc/\(pid)/fd/\($0)") }
        .filter { $0.hasPrefix("/dev/vfio/") }
      guard !open.isEmpty else { continue }
      captured.processes.append(
        HolderProcess(pid: pid, command: text("/proc/\(pid)/comm") ?? "process", open: open.sorted()))
    }
  }

  // MARK: Network devices

  func link(_ name: String, kind: NetLink.Kind) -> NetLink {
    let folder = "/sys/class/net/\(name)"
    var net = NetLink(name, kind: kind, mac: text("\(folder)/address"))
    net.mtu = number("\(folder)/mtu") ?? 1500
    net.isUp = (text("\(folder)/flags").flatMap { Hexadecimal.number($0) } ?? 0) & Machine.flagUp != 0
    net.master = linkName("\(folder)/master")
    net.lower = names(folder).filter { $0.hasPrefix("lower_") }.map { String($0.dropFirst("lower_".count)) }
    return net
  }

  mutating func readNetwork() {
    for name in names("/sys/class/net") where name != "lo" && captured.pci.values.allSatisfy({ $0.net?.name != name }) {
      let entries = names("/sys/class/net/\(name)")
      var kind = NetLink.Kind.virtual
      if entries.contains("bonding") {
        kind = .bond
      } else if entries.contains("bridge") {
        kind = .bridge
      } else if entries.contains(where: { $0.hasPrefix("lower_") }) {
        kind = .vlan
      }
      captured.links[name] = link(name, kind: kind)
    }
    readRoutes()
    for (name, (link, _)) in captured.netLinks where !link.routes.isEmpty || link.isUp {
      captured.changeNet(name) {
        $0.isConfigured = true
        $0.bootMTU = $0.mtu
      }
    }
  }

  private mutating func readRoutes() {
    // The connected network of a device tells which of the machine's addresses are its own.
    var networks: [(device: String, network: IPv4.Network)] = []
    for line in (text("/proc/net/route") ?? "").lines.dropFirst() {
      let fields = String(line).words
      guard fields.count >= 8, let destination = Self.address(fields[1]), let gateway = Self.address(fields[2]),
        let mask = Self.address(fields[7])
      else { continue }
      let network = IPv4.Network(address: destination, length: mask.nonzeroBitCount)
      let text = mask == 0 ? "default" : "\(Self.dotted(destination))/\(network.length)"
      if gateway == 0, mask != 0 { networks.append((fields[0], network)) }
      captured.changeNet(fields[0]) { $0.routes.append(gateway == 0 ? text : "\(text) via \(Self.dotted(gateway))") }
    }
    for address in localAddresses {
      guard let owner = networks.first(where: { $0.network.mask & address == $0.network.first }) else { continue }
      let text = "\(Self.dotted(address))/\(owner.network.length)"
      captured.changeNet(owner.device) { net in
        net.addresses.append(text)
        // The address brings this route.
        net.routes.removeAll { $0 == "\(Self.dotted(owner.network.first))/\(owner.network.length)" }
      }
      if sshAddresses.contains(address) { captured.changeNet(owner.device) { $0.carriesSSH = true } }
    }
    for line in (text("/proc/net/ipv6_route") ?? "").lines {
      let fields = String(line).words
      guard fields.count >= 10, fields[0].hasPrefix("0000000000000000"), fields[1] == "00", fields[9] != "lo",
        fields[4].contains(where: { $0 != "0" })
      else { continue }
      captured.changeNet(fields[9]) { $0.routes.append("default via \(Self.colons(fields[4]))") }
    }
  }

  /// The machine's own addresses: leaves of the table that say `host LOCAL`.
  private var localAddresses: [UInt32] {
    var addresses: [UInt32] = []
    var last: UInt32?
    for line in (text("/proc/net/fib_trie") ?? "").lines {
      let words = String(line).words
      if words.first == "|--" { last = words.last.flatMap(IPv4.address) }
      if words.contains("LOCAL"), words.contains("host"), let address = last, !addresses.contains(address),
        address >> 24 != 127
      {
        addresses.append(address)
      }
    }
    return addresses
  }

  /// The local addresses of established connections to port 22.
  private var sshAddresses: Set<UInt32> {
    var addresses: Set<UInt32> = []
    for line in (text("/proc/net/tcp") ?? "").lines.dropFirst() {
      let fields = String(line).words
      guard fields.count > 3, fields[3] == "01", fields[1].hasSuffix(":0016") else { continue }
      if let address = Self.address(String(fields[1].prefix(8))) { addresses.insert(address) }
    }
    return addresses
  }

  private static func address(_ hex: String) -> UInt32? { UInt32(hex, radix: 16)?.byteSwapped }

  private static func dotted(_ address: UInt32) -> String {
    [24, 16, 8, 0].map { "\(address >> $0 & 255)" }.joined(separator: ".")
  }

  private static func colons(_ hex: String) -> String {
    let digits = Array(hex)
    return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }
      .joined(separator: ":")
  }
}
