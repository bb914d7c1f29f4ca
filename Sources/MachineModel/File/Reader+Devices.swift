import YAML

extension MachineReader {
  static let deviceKeys = [
    "address", "vendor", "device", "class", "parent", "driver", "default_driver", "driver_override", "numa_node",
    "iommu_group", "unsafe_group", "opened", "net", "sriov", "firmware",
  ]
  static let netKeys = [
    "name", "kind", "mac", "mtu", "boot_mtu", "up", "configured", "master", "lower", "addresses", "routes", "ssh",
  ]
  static let sriovKeys = [
    "total", "vf_device", "vf_driver", "offset", "stride", "autoprobe", "limit", "firmware", "needs_realloc",
    "seconds_per_vf", "silent", "vfs", "eswitch",
  ]
  static let settingKeys = ["default", "current", "next"]
  static let vfKeys = [
    "driver", "driver_override", "iommu_group", "unsafe_group", "opened", "mac", "trust", "spoofchk", "vlan", "net",
    "net_missing",
  ]

  mutating func readDevices() throws(YAMLError) {
    var virtual: [(PCIAddress, YAMLNode)] = []
    var unknown: Set<PCIAddress> = []
    for node in try fields.list("pci") {
      let fields = try Fields(node, "a PCI device", Self.deviceKeys)
      let address = try fields.required("address").address("address")
      guard machine.pci[address] == nil else { throw YAMLError(node, "the PCI device \(address) is described twice") }
      machine.pci[address] = try device(address, fields)
      if fields["firmware"]?.text == "unknown" { unknown.insert(address) }
      if let vfs = fields["sriov"]?["vfs"] { virtual.append((address, vfs)) }
    }
    machine.completeFirmware(except: unknown)
    machine.assignGroups()
    for (address, node) in virtual { try readVFs(address, node) }
  }

  private func device(_ address: PCIAddress, _ fields: Fields) throws(YAMLError) -> PCIDevice {
    _ = try fields.required("vendor")
    _ = try fields.required("device")
    let isNet = fields["net"] != nil || fields["sriov"] != nil
    var device = PCIDevice(
      vendor: try fields.code("vendor", digits: 4) ?? 0, device: try fields.code("device", digits: 4) ?? 0,
      classCode: try fields.code("class", digits: 6) ?? (isNet ? 0x020000 : 0),
      parent: try parent(fields) ?? address.root)
    let known = KnownDrivers.driver(vendor: device.vendor, device: device.device, classCode: device.classCode)
    let driver = try fields.name("driver")
    let isOwn = driver.map { $0 != "none" && !KnownDrivers.universal.contains($0) } ?? false
    device.defaultDriver = try fields.name("default_driver") ?? (isOwn ? driver : known)
    device.driver = driver == "none" ? nil : driver ?? device.defaultDriver
    device.driverOverride = try fields.name("driver_override")
    device.numaNode = try fields.integer("numa_node", in: -1...1023) ?? machine.numa.keys.min() ?? 0
    device.iommuGroup = try fields.integer("iommu_group", in: 0...1 << 20) ?? -1
    device.unsafeGroup = try fields.integer("unsafe_group", in: 0...1 << 20)
    device.opened = try fields.integer("opened") ?? 0
    if let net = fields["net"] { device.net = try link(net, kind: .physical) }
    if let sriov = fields["sriov"] { device.sriov = try self.sriov(sriov, address, device) }
    if let firmware = fields["firmware"], firmware.text != "unknown" {
      device.firmware = try self.firmware(firmware, device)
    }
    return device
  }

  /// What is said of a card's firmware, over the ordinary one.
  private func firmware(_ node: YAMLNode, _ device: PCIDevice) throws(YAMLError) -> Firmware {
    let fields = try Fields(node, "the firmware of a card", ["version", "settings"])
    var firmware = Firmware.ordinary(device, ports: 1) ?? Firmware(version: "", settings: [:])
    firmware.version = try fields.text("version") ?? firmware.version
    for entry in try fields.entries("settings") { firmware.settings[entry.name] = try setting(entry.value) }
    return firmware
  }

  /// One value, or what it is by default, now, and from the next boot on; nil for a setting that the card does not have.
  private func setting(_ node: YAMLNode) throws(YAMLError) -> Firmware.Setting? {
    if node.isNull { return nil }
    guard node.entries != nil else { return Firmware.Setting(try node.plainText("settings")) }
    let fields = try Fields(node, "a setting of the firmware", Self.settingKeys)
    let current = try fields.required("current").plainText("current")
    var setting = Firmware.Setting(current)
    setting.factory = try fields.text("default") ?? current
    setting.next = try fields.text("next") ?? current
    return setting
  }

  /// A path below `/sys/devices`.
  private func parent(_ fields: Fields) throws(YAMLError) -> String? {
    guard let text = try fields.text("parent"), let node = fields["parent"] else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard text.hasPrefix("pci"), parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
      throw YAMLError(node, "'parent' is a path below /sys/devices such as pci0000:80/0000:80:02.0, got \(node.shown)")
    }
    return text
  }

  private func link(_ node: YAMLNode, kind: NetLink.Kind?) throws(YAMLError) -> NetLink {
    let fields = try Fields(node, "a network device", Self.netKeys)
    _ = try fields.required("name")
    var net = NetLink(try fields.name("name") ?? "")
    if let text = try fields.text("kind") {
      guard let kind = NetLink.Kind(rawValue: text), kind != .physical else {
        throw YAMLError(
          node, "the kind of a network device without hardware is bond, vlan, bridge or virtual, got '\(text)'")
      }
      net.kind = kind
    } else {
      guard let kind else {
        throw YAMLError(node, "a network device without hardware needs its 'kind': bond, vlan, bridge or virtual")
      }
      net.kind = kind
    }
    net.mac = try fields.text("mac")?.lowercased() ?? net.mac
    net.mtu = try fields.integer("mtu", in: 68...65536) ?? 1500
    net.master = try fields.text("master")
    net.lower = try fields.texts("lower")
    net.addresses = try fields.texts("addresses")
    net.routes = try fields.texts("routes")
    net.carriesSSH = try fields.flag("ssh") ?? false
    let isUsed = !net.addresses.isEmpty || !net.routes.isEmpty || net.carriesSSH || net.master != nil
    net.isUp = try fields.flag("up") ?? isUsed
    net.isConfigured = try fields.flag("configured") ?? isUsed
    net.bootMTU = try fields.integer("boot_mtu", in: 68...65536) ?? (net.isConfigured ? net.mtu : 1500)
    return net
  }

  private func sriov(_ node: YAMLNode, _ address: PCIAddress, _ device: PCIDevice) throws(YAMLError) -> SRIOV {
    let fields = try Fields(node, "sriov", Self.sriovKeys)
    _ = try fields.required("vf_device")
    let vfDevice = try fields.code("vf_device", digits: 4) ?? 0
    guard let total = try fields.integer("total", in: 1...65535) else { throw YAMLError(node, "sriov needs 'total'") }
    var sriov = SRIOV(
      total: total, vfDevice: vfDevice,
      vfDriver: try fields.name("vf_driver")
        ?? KnownDrivers.driver(vendor: device.vendor, device: vfDevice, classCode: device.classCode),
      offset: try fields.integer("offset", in: 1...65535) ?? 128,
      stride: try fields.integer("stride", in: 1...65535) ?? 2)
    let last = address.routingID + sriov.offset + sriov.stride * (total - 1)
    guard last <= 0xffff else {
      throw YAMLError(node, "with this 'offset' and 'stride', the last of \(total) VFs is beyond the last bus")
    }
    sriov.autoprobe = try fields.flag("autoprobe") ?? true
    sriov.limit = try fields.integer("limit", in: 0...65535)
    if let mode = try fields.text("eswitch") {
      guard ["legacy", "switchdev"].contains(mode) else {
        throw YAMLError(node, "'eswitch' is legacy or switchdev, got '\(mode)'")
      }
      sriov.isSwitchdev = mode == "switchdev"
    }
    sriov.isEnabledInFirmware = try fields.flag("firmware") ?? true
    sriov.needsRealloc = try fields.flag("needs_realloc") ?? false
    sriov.secondsPerVF = try fields.integer("seconds_per_vf", in: 0...3600) ?? 0
    for index in try fields.list("silent") {
      guard let number = index.scalar?.value.integer else {
        throw YAMLError(index, "'silent' lists the numbers of VFs")
      }
      sriov.silent.append(number)
    }
    return sriov
  }

  /// Either how many there are, or one mapping for each.
  private mutating func readVFs(_ physical: PCIAddress, _ node: YAMLNode) throws(YAMLError) {
    let total = machine.pci[physical]?.sriov?.total ?? 0
    let count = node.elements?.count ?? node.scalar?.value.integer ?? -1
    guard (0...total).contains(count) else {
      throw YAMLError(node, "'vfs' is a list of VFs or their number, up to \(total), got \(node.shown)")
    }
    for index in 0..<count {
      guard let address = machine.addVF(physical, index) else { continue }
      let driver = machine.pci[address]?.defaultDriver
      machine.pci[address]?.driver = driver
      machine.pci[address]?.isNetMissing = false
      if let element = node.elements?[index], !element.isNull { try readVF(address, element) }
    }
  }

  private mutating func readVF(_ address: PCIAddress, _ node: YAMLNode) throws(YAMLError) {
    let fields = try Fields(node, "a VF", Self.vfKeys)
    guard var device = machine.pci[address] else { return }
    if let driver = try fields.name("driver") { device.driver = driver == "none" ? nil : driver }
    device.driverOverride = try fields.name("driver_override")
    device.iommuGroup = try fields.integer("iommu_group") ?? device.iommuGroup
    device.unsafeGroup = try fields.integer("unsafe_group")
    device.opened = try fields.integer("opened") ?? 0
    device.isNetMissing = try fields.flag("net_missing") ?? false
    device.virtualFunction?.mac = try fields.text("mac")?.lowercased()
    device.virtualFunction?.trust = try fields.flag("trust") ?? false
    device.virtualFunction?.spoofCheck = try fields.flag("spoofchk") ?? true
    device.virtualFunction?.vlan = try fields.integer("vlan", in: 0...4095) ?? 0
    if let net = fields["net"] { device.net = try link(net, kind: .physical) }
    machine.pci[address] = device
  }

  mutating func readLinks() throws(YAMLError) {
    for node in try fields.list("links") {
      let link = try link(node, kind: nil)
      machine.links[link.name] = link
    }
  }
}
