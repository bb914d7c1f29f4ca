import Values

extension MachineWriter {
  /// A physical function; virtual ones stand with theirs.
  func device(_ address: PCIAddress) -> Value? {
    guard let device = machine.pci[address], device.virtualFunction == nil else { return nil }
    var map: ValueMap = [
      "address": .string("\(address)"), "vendor": .string(Hexadecimal.padded(device.vendor, 4)),
      "device": .string(Hexadecimal.padded(device.device, 4)),
    ]
    let isNet = device.net != nil || device.sriov != nil
    if device.classCode != (isNet ? 0x020000 : 0) { map["class"] = .string(Hexadecimal.padded(device.classCode, 6)) }
    if device.parent != address.root { map["parent"] = .string(device.parent) }
    if let driver = device.driver {
      map["driver"] = .string(driver)
    } else if device.defaultDriver != nil {
      map["driver"] = "none"
    }
    let known = KnownDrivers.driver(vendor: device.vendor, device: device.device, classCode: device.classCode)
    if let driver = device.defaultDriver, driver != known, driver != device.driver {
      map["default_driver"] = .string(driver)
    }
    if let driver = device.driverOverride { map["driver_override"] = .string(driver) }
    map["numa_node"] = .integer(device.numaNode)
    map["iommu_group"] = .integer(device.iommuGroup)
    if let group = device.unsafeGroup { map["unsafe_group"] = .integer(group) }
    if device.opened != 0 { map["opened"] = .integer(device.opened) }
    if let net = device.net { map["net"] = .map(link(net, isHardware: true)) }
    if let sriov = device.sriov { map["sriov"] = .map(self.sriov(sriov, device)) }
    if let firmware = device.firmware, firmware != machine.ordinaryFirmware(address) {
      map["firmware"] = .map(self.firmware(firmware, device))
    } else if machine.firmwareOwner(address) == nil, machine.ordinaryFirmware(address) != nil {
      // It has one, of which a capture cannot tell.
      map["firmware"] = "unknown"
    }
    return .map(map)
  }

  private func firmware(_ firmware: Firmware, _ device: PCIDevice) -> ValueMap {
    let ordinary = Firmware.ordinary(device, ports: 1)
    var settings: ValueMap = [:]
    for (name, setting) in firmware.settings.sorted(by: { $0.key < $1.key }) {
      settings[name] =
        setting == Firmware.Setting(setting.current)
        ? .string(setting.current)
        : ["default": .string(setting.factory), "current": .string(setting.current), "next": .string(setting.next)]
    }
    for name in (ordinary?.settings.keys.sorted() ?? []) where settings[name] == nil { settings[name] = .null }
    return ["version": .string(firmware.version), "settings": .map(settings)]
  }

  private func sriov(_ sriov: SRIOV, _ device: PCIDevice) -> ValueMap {
    var map: ValueMap = [
      "total": .integer(sriov.total), "vf_device": .string(Hexadecimal.padded(sriov.vfDevice, 4)),
    ]
    let known = KnownDrivers.driver(vendor: device.vendor, device: sriov.vfDevice, classCode: device.classCode)
    if let driver = sriov.vfDriver, driver != known { map["vf_driver"] = .string(driver) }
    map["offset"] = .integer(sriov.offset)
    map["stride"] = .integer(sriov.stride)
    if !sriov.autoprobe { map["autoprobe"] = false }
    if let limit = sriov.limit { map["limit"] = .integer(limit) }
    if sriov.isSwitchdev { map["eswitch"] = "switchdev" }
    if !sriov.isEnabledInFirmware { map["firmware"] = "off" }
    if sriov.needsRealloc { map["needs_realloc"] = true }
    if sriov.secondsPerVF != 0 { map["seconds_per_vf"] = .integer(sriov.secondsPerVF) }
    if !sriov.silent.isEmpty { map["silent"] = .array(sriov.silent.map(Value.integer)) }
    let vfs = sriov.vfs.compactMap { machine.pci[$0] }
    if !vfs.isEmpty { map["vfs"] = .array(vfs.map { .map(vf($0)) }) }
    return map
  }

  private func vf(_ device: PCIDevice) -> ValueMap {
    var map: ValueMap = ["driver": device.driver.map(Value.string) ?? "none"]
    if let driver = device.driverOverride { map["driver_override"] = .string(driver) }
    map["iommu_group"] = .integer(device.iommuGroup)
    if let group = device.unsafeGroup { map["unsafe_group"] = .integer(group) }
    if device.opened != 0 { map["opened"] = .integer(device.opened) }
    if device.isNetMissing { map["net_missing"] = true }
    if let vf = device.virtualFunction {
      if let mac = vf.mac { map["mac"] = .string(mac) }
      if vf.trust { map["trust"] = true }
      if !vf.spoofCheck { map["spoofchk"] = false }
      if vf.vlan != 0 { map["vlan"] = .integer(vf.vlan) }
    }
    if let net = device.net { map["net"] = .map(link(net, isHardware: true)) }
    return map
  }

  func link(_ net: NetLink, isHardware: Bool) -> ValueMap {
    var map: ValueMap = ["name": .string(net.name)]
    if !isHardware { map["kind"] = .string(net.kind.rawValue) }
    map["mac"] = .string(net.mac)
    if net.mtu != 1500 { map["mtu"] = .integer(net.mtu) }
    let isUsed = !net.addresses.isEmpty || !net.routes.isEmpty || net.carriesSSH || net.master != nil
    if net.isUp != isUsed { map["up"] = .boolean(net.isUp) }
    if net.isConfigured != isUsed { map["configured"] = .boolean(net.isConfigured) }
    if net.bootMTU != (net.isConfigured ? net.mtu : 1500) { map["boot_mtu"] = .integer(net.bootMTU) }
    if let master = net.master { map["master"] = .string(master) }
    for (key, values) in [("lower", net.lower), ("addresses", net.addresses), ("routes", net.routes)]
    where !values.isEmpty {
      map[key] = .array(values.map(Value.string))
    }
    if net.carriesSSH { map["ssh"] = true }
    return map
  }
}
