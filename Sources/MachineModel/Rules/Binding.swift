import Host

/// Which driver has which device (drivers/base/bus.c, dd.c and drivers/pci/pci-driver.c of the kernel).
extension Machine {
  /// Whether a PCI driver is known to the kernel: built in, or its module is loaded.
  func isRegistered(_ driver: String) -> Bool {
    KnownDrivers.builtin.contains(driver) || modules.isPresent(KnownDrivers.module(of: driver))
  }

  /// All drivers that the kernel knows now.
  var registeredDrivers: Set<String> {
    var drivers = KnownDrivers.builtin.union(KnownDrivers.universal)
    for device in pci.values {
      if let driver = device.driver { drivers.insert(driver) }
      if let driver = device.defaultDriver { drivers.insert(driver) }
    }
    return drivers.filter(isRegistered)
  }

  /// Whether `driver` would be tried on the device: an override is the only driver that is, and it is always.
  private func matches(_ device: PCIDevice, _ driver: String) -> Bool {
    device.driverOverride.map { $0 == driver } ?? (device.defaultDriver == driver)
  }

  /// `sriov_drivers_autoprobe` of the physical function bars every driver from its virtual ones; since 5.3 not one that
  /// an override names.
  private func mayProbe(_ device: PCIDevice) -> Bool {
    guard let vf = device.virtualFunction, pci[vf.physical]?.sriov?.autoprobe == false else { return true }
    return device.driverOverride != nil && kernel.version >= (5, 3)
  }

  /// Gives a device without a driver the one that matches, if the kernel knows it. That none takes it is no error.
  mutating func probe(_ address: PCIAddress) {
    guard let device = pci[address], device.driver == nil,
      let driver = device.driverOverride ?? device.defaultDriver, isRegistered(driver), mayProbe(device)
    else { return }
    try? attach(address, driver)
  }

  /// What a driver's probe function does.
  private mutating func attach(_ address: PCIAddress, _ driver: String) throws(Refusal) {
    guard let device = pci[address] else { throw .error(.noDevice) }
    guard driver == device.defaultDriver || KnownDrivers.universal.contains(driver) else { throw .error(.noDevice) }
    if driver == "vfio-pci" {
      // vfio wants an IOMMU group, and makes one of its own only where that was asked for.
      if !iommu.isOn {
        guard isUnsafeModeOn else { throw .invalid }
        let group = freeUnsafeGroup()
        pci[address]?.unsafeGroup = group
        // TAINT_USER
        sysctl["kernel/tainted"] = String((Int(sysctl["kernel/tainted"] ?? "") ?? 0) | 64)
      }
      guard !device.isBridge else { throw .invalid }
      pci[address]?.opened = clock
    }
    // A virtual function's RDMA device comes with its driver.
    if driver == "mlx5_core", device.virtualFunction != nil { pci[address]?.opened = clock }
    pci[address]?.driver = driver
    if driver == device.defaultDriver, let mac = device.virtualFunction?.mac { pci[address]?.net?.mac = mac }
  }

  /// Takes a device from its driver. It waits for a process that has the device open through vfio.
  mutating func detach(_ address: PCIAddress) throws(Refusal) {
    guard let device = pci[address] else { throw .error(.noDevice) }
    if isHeld(address) { throw .blocks }
    if device.driver == device.defaultDriver {
      // A driver that goes takes the virtual functions along that it made.
      try removeVFs(address)
      pci[address]?.net?.reset()
      pci[address]?.isNetMissing = false
    }
    pci[address]?.driver = nil
    pci[address]?.unsafeGroup = nil
    pci[address]?.opened = 0
  }

  // MARK: The attributes

  /// `/sys/bus/pci/drivers_probe`
  mutating func writeProbe(_ text: String) throws(Refusal) {
    guard let address = PCIAddress(KernelText.name(text)), pci[address] != nil else { throw .error(.noDevice) }
    probe(address)
  }

  /// `bind` of a driver
  mutating func writeBind(_ driver: String, _ text: String) throws(Refusal) {
    guard let address = PCIAddress(KernelText.name(text)), let device = pci[address], matches(device, driver) else {
      throw .error(.noDevice)
    }
    // A bound device was "no such device" until 5.14 told the two apart.
    guard device.driver == nil else { throw .error(kernel.version >= (5, 14) ? .busy : .noDevice) }
    guard mayProbe(device) else { throw .error(.noDevice) }
    do {
      try attach(address, driver)
    } catch {
      throw kernel.version >= (5, 14) ? error : .error(.noDevice)
    }
  }

  /// `unbind` of a driver
  mutating func writeUnbind(_ driver: String, _ text: String) throws(Refusal) {
    guard let address = PCIAddress(KernelText.name(text)), pci[address]?.driver == driver else {
      throw .error(.noDevice)
    }
    try detach(address)
  }

  /// `driver_override` of a device: up to a newline, or nothing at all.
  mutating func writeOverride(_ address: PCIAddress, _ text: String) throws(Refusal) {
    guard text.utf8.count < 4095 else { throw .invalid }
    let name = String(text.prefix { $0 != "\n" && $0 != "\0" })
    pci[address]?.driverOverride = name.isEmpty ? nil : name
  }
}
