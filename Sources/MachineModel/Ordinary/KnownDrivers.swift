/// PCI drivers: which devices they know, and which module brings them.
enum KnownDrivers {
  /// The driver whose identifier table has a device, for the devices that machines of this kind have.
  ///
  /// Sources: the `pci_device_id` tables of drivers/net/ethernet/{intel,mellanox,broadcom} and drivers/virtio.
  static func driver(vendor: Int, device: Int, classCode: Int) -> String? {
    if let driver = drivers[vendor]?[device] { return driver }
    if vendor == 0x15b3, classCode >> 16 == 0x02 { return "mlx5_core" }
    if vendor == 0x1af4, (0x1000...0x107f).contains(device) { return "virtio-pci" }
    return switch classCode {
    case 0x010802: "nvme"
    case 0x010601: "ahci"
    case 0x0c0330: "xhci_hcd"
    case 0x060400: "pcieport"
    default: nil
    }
  }

  private static let drivers: [Int: [Int: String]] = [
    0x8086: [
      0x10fb: "ixgbe", 0x1528: "ixgbe", 0x1563: "ixgbe", 0x10ed: "ixgbevf", 0x1515: "ixgbevf", 0x1565: "ixgbevf",
      0x10c9: "igb", 0x1521: "igb", 0x10ca: "igbvf", 0x1520: "igbvf",
      0x1572: "i40e", 0x1583: "i40e", 0x158b: "i40e", 0x37d0: "i40e", 0x154c: "iavf", 0x37cd: "iavf", 0x1889: "iavf",
      0x1592: "ice", 0x1593: "ice", 0x159b: "ice", 0x100e: "e1000", 0x10d3: "e1000e",
    ],
    0x14e4: [0x16d7: "bnxt_en", 0x16d6: "bnxt_en", 0x1750: "bnxt_en", 0x16dc: "bnxt_en", 0x1806: "bnxt_en"],
  ]

  /// Drivers that take any device that a driver override names them for.
  static let universal: Set<String> = ["vfio-pci", "pci-stub", "uio_pci_generic", "igb_uio"]

  /// The module that brings a driver. Most have the driver's name.
  static func module(of driver: String) -> String {
    switch driver {
    case "xhci_hcd": "xhci_pci"
    default: driver.moduleName
    }
  }

  /// Drivers of the bus itself, which every kernel has built in.
  static let builtin: Set<String> = ["pcieport"]

  /// The one driver that makes virtual functions (`sriov_configure`) of devices that are not its own. Those of devices that can
  /// have any do it for theirs, whoever made them.
  static let virtualizing = "pci-pf-stub"
}
