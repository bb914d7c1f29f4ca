/// A PCI function: a physical one, or a virtual function that a physical one made.
struct PCIDevice: Equatable, Sendable {
  var vendor: Int
  var device: Int
  /// 24 bits, as sysfs shows them: `0x020000` is an Ethernet controller.
  var classCode: Int
  /// The path below `/sys/devices` to what it is plugged into: `pci0000:80/0000:80:02.0`.
  var parent: String
  var numaNode = -1
  /// The group it is in while the IOMMU is on.
  var iommuGroup = 0

  /// The driver that has it now.
  var driver: String?
  /// The driver whose identifier table has it.
  var defaultDriver: String?
  var driverOverride: String?
  /// The group that vfio made for it without an IOMMU.
  var unsafeGroup: Int?
  /// When its driver made its file below `/dev/vfio` or `/dev/infiniband`; 0: before the machine was described.
  /// Microseconds since the epoch.
  var opened = 0

  /// Its network device; there only while its default driver has it.
  var net: NetLink?
  /// The driver's first try failed to make the network device; the next one does not.
  var isNetMissing = false

  var sriov: SRIOV?
  /// That of an NVIDIA card, kept with its first port.
  var firmware: Firmware?
  var virtualFunction: VirtualFunction?

  init(vendor: Int, device: Int, classCode: Int, parent: String) {
    self.vendor = vendor
    self.device = device
    self.classCode = classCode
    self.parent = parent
  }

  /// Its network device, if its driver shows one.
  var visibleNet: NetLink? { driver != nil && driver == defaultDriver && !isNetMissing ? net : nil }

  var isBridge: Bool { classCode >> 16 == 0x06 }
}

/// What a physical function can do, and the virtual functions that it has now.
struct SRIOV: Equatable, Sendable {
  var total: Int
  var vfDevice: Int
  /// The driver whose identifier table has the virtual functions.
  var vfDriver: String?
  var offset: Int
  var stride: Int
  /// `sriov_drivers_autoprobe`.
  var autoprobe = true
  /// The driver makes no more than this, and reports success.
  var limit: Int?
  /// Whether the embedded switch is in switchdev mode, not in legacy mode.
  var isSwitchdev = false
  /// Whether the firmware shows the capability.
  var isEnabledInFirmware = true
  /// The BIOS left no MMIO space; `pci=realloc` gives it.
  var needsRealloc = false
  /// How long the kernel takes for each virtual function.
  var secondsPerVF = 0
  /// Virtual functions whose network device does not appear at the first try.
  var silent: [Int] = []
  /// Their addresses, by their index.
  var vfs: [PCIAddress] = []
}

/// What the physical function decides for a virtual one.
struct VirtualFunction: Equatable, Sendable {
  var physical: PCIAddress
  var index: Int
  /// The administrative address; the virtual function takes one of its own while there is none.
  var mac: String?
  var trust = false
  var spoofCheck = true
  var vlan = 0
}
