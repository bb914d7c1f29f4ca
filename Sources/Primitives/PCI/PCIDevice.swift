import Host
import Values

struct PCIDevice: Query {
  static let name = "pci.device"
  static let summary = "What sysfs tells of a PCI function."
  static let answers = """
    a table of `address`, `vendor`, `device` and `class` (hexadecimal digits), `driver`, `numa_node`, `iommu_group`, `net` (names \
    of its network devices), `physfn` (of a VF), `sriov` (`total`, `count`, `vf_device`; where the device can make VFs); `nil` \
    if there is no such device
    """
  static let answerType = "\(table)?"
  static let example = #"local nic = pci.device "0000:81:00.0""#

  @Argument("its address", bare: true) var address: PCIAddress

  /// What is told of one function.
  static let table = """
    { address: string, vendor: string, device: string, class: string, driver?: string, numa_node?: integer, \
    iommu_group?: string, net: string[], physfn?: string, sriov?: { total: integer, count: integer, vf_device: string } }
    """

  func answer(_ context: Context) throws -> Value {
    guard try context.host.status(address.path) != nil else { return nil }
    return try PCIFunction(at: address, context.host).description()
  }
}

struct PCIList: Query {
  static let name = "pci.list"
  static let summary = "All PCI functions, by address."
  static let answers = "a list of tables as pci.device answers"
  static let answerType = "\(PCIDevice.table)[]"
  static let example = #"for _, device in ipairs(pci.list { vendor = "8086" }) do … end"#

  @Argument("only this vendor, four hexadecimal digits") var vendor: String?
  @Argument("only this class, by its first hexadecimal digits: \"02\" is network") var classPrefix: String?

  func answer(_ context: Context) throws -> Value {
    .array(
      try PCIFunction.all(context.host).filter {
        let vendorFits = try vendor == nil || $0.id("vendor") == vendor
        return try vendorFits && $0.id("class").hasPrefix(classPrefix ?? "")
      }.map { try $0.description() })
  }
}
