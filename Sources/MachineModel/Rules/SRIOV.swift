import Host

/// Virtual functions: `sriov_numvfs` and its neighbours (drivers/pci/pci-sysfs.c and iov.c of the kernel).
extension Machine {
  /// What writing `text` into `sriov_numvfs` of `pf` does.
  mutating func writeVFCount(_ pf: PCIAddress, _ text: String) throws(Refusal) {
    guard let device = pci[pf], let sriov = device.sriov, sriov.isEnabledInFirmware else { throw .noEntry }
    guard let count = KernelText.number(text), (0...0xffff).contains(count) else { throw .invalid }
    guard count <= sriov.total else { throw .error(.outOfRange) }
    if count == sriov.vfs.count { return }
    guard let driver = device.driver, driver == device.defaultDriver || driver == KnownDrivers.virtualizing else {
      throw .noEntry
    }
    if count == 0 { return try removeVFs(pf) }
    guard sriov.vfs.isEmpty else { throw .busy }
    if sriov.needsRealloc, !kernel.cmdline.words.contains("pci=realloc") { throw .error(.noMemory) }
    let made = min(count, sriov.limit ?? count)
    for index in 0..<made { makeVF(pf, index) }
    if sriov.secondsPerVF > 0 { throw .takes(seconds: made * sriov.secondsPerVF) }
  }

  mutating func writeAutoprobe(_ pf: PCIAddress, _ text: String) throws(Refusal) {
    guard let flag = KernelText.flag(text) else { throw .invalid }
    pci[pf]?.sriov?.autoprobe = flag
  }

  /// Where the virtual function of `pf` with this index comes up.
  static func vfAddress(_ pf: PCIAddress, _ sriov: SRIOV, _ index: Int) -> PCIAddress {
    PCIAddress(domain: pf.domain, routingID: pf.routingID + sriov.offset + sriov.stride * index)
  }

  /// Adds a virtual function without a driver.
  @discardableResult
  mutating func addVF(_ pf: PCIAddress, _ index: Int) -> PCIAddress? {
    guard let physical = pci[pf], let sriov = physical.sriov else { return nil }
    let address = Self.vfAddress(pf, sriov, index)
    var vf = PCIDevice(
      vendor: physical.vendor, device: sriov.vfDevice, classCode: physical.classCode, parent: physical.parent)
    vf.numaNode = physical.numaNode
    vf.iommuGroup = freeGroup()
    vf.defaultDriver = sriov.vfDriver
    vf.virtualFunction = VirtualFunction(physical: pf, index: index)
    vf.isNetMissing = sriov.silent.contains(index)
    if let net = physical.net {
      // systemd's network names: the function's index behind the name of the physical one.
      vf.net = NetLink("\(net.name)v\(index)", mac: NetLink.localMAC("\(address)"))
    }
    pci[address] = vf
    pci[pf]?.sriov?.vfs.append(address)
    return address
  }

  /// Adds a virtual function as the kernel and udev do: its driver's module is loaded, and takes it if it may.
  private mutating func makeVF(_ pf: PCIAddress, _ index: Int) {
    guard let address = addVF(pf, index) else { return }
    if let driver = pci[address]?.defaultDriver { autoload(KnownDrivers.module(of: driver)) }
    probe(address)
  }

  /// Takes all virtual functions of `pf` away. It waits for whoever has one open.
  mutating func removeVFs(_ pf: PCIAddress) throws(Refusal) {
    guard let vfs = pci[pf]?.sriov?.vfs else { return }
    if vfs.contains(where: { isHeld($0) }) { throw .blocks }
    for vf in vfs { pci[vf] = nil }
    pci[pf]?.sriov?.vfs = []
  }
}
