/// IOMMU groups and what vfio makes of them (drivers/iommu/iommu.c, drivers/vfio/vfio.c of the kernel).
extension Machine {
  /// Whether vfio may do without an IOMMU.
  var isUnsafeModeOn: Bool { parameter("vfio", "enable_unsafe_noiommu_mode") == "Y" }

  /// The smallest group number that no device has.
  func freeGroup() -> Int { Self.smallest(notIn: Set(pci.values.map(\.iommuGroup))) }
  func freeUnsafeGroup() -> Int { Self.smallest(notIn: Set(pci.values.compactMap(\.unsafeGroup))) }

  private static func smallest(notIn taken: Set<Int>) -> Int {
    var number = 0
    while taken.contains(number) { number += 1 }
    return number
  }

  /// The group that sysfs shows for a device.
  func group(_ device: PCIDevice) -> Int? { iommu.isOn ? device.iommuGroup : device.unsafeGroup }

  /// The groups that sysfs shows, with their devices.
  var groups: [Int: [PCIAddress]] {
    var groups: [Int: [PCIAddress]] = [:]
    for (address, device) in pci {
      if let group = group(device) { groups[group, default: []].append(address) }
    }
    return groups
  }

  /// The file below `/dev/vfio` through which a device can be used; nil if its driver is not vfio's.
  func vfioFile(_ device: PCIDevice) -> String? {
    guard device.driver == "vfio-pci", let group = group(device) else { return nil }
    return iommu.isOn ? "\(group)" : "noiommu-\(group)"
  }

  /// Whether a process has the device's group open.
  func isHeld(_ address: PCIAddress) -> Bool {
    guard let device = pci[address], let file = vfioFile(device) else { return false }
    return isOpen("/dev/vfio/\(file)")
  }

  func isOpen(_ path: String) -> Bool { processes.contains { $0.open.contains(path) } }
}
