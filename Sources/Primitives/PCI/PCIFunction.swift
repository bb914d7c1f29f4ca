import Host
import Values

/// What sysfs tells of a PCI function.
struct PCIFunction {
  var address: PCIAddress
  var host: any Host

  static let root = "/sys/bus/pci/devices"

  static func all(_ host: any Host) throws -> [PCIFunction] {
    try host.listIfPresent(root).compactMap { PCIAddress($0) }.map { PCIFunction(address: $0, host: host) }
  }

  /// The function at `address`; an error if there is none.
  init(at address: PCIAddress, _ host: any Host) throws {
    guard try host.status(address.path) != nil else {
      throw PrimitiveError(
        "there is no PCI device \(address)", hint: "pci.list() and `lspci -D` name those that are there")
    }
    self.init(address: address, host: host)
  }

  private init(address: PCIAddress, host: any Host) {
    self.address = address
    self.host = host
  }

  func attribute(_ name: String) throws -> String? { try host.text("\(address.path)/\(name)") }

  /// An id as four hexadecimal digits, which sysfs writes with `0x` before them.
  func id(_ name: String) throws -> String { String(try (attribute(name) ?? "").trimmingHexPrefix) }

  var driver: String? { get throws { try host.linkName("\(address.path)/driver") } }
  var iommuGroup: String? { get throws { try host.linkName("\(address.path)/iommu_group") } }
  var physicalFunction: String? { get throws { try host.linkName("\(address.path)/physfn") } }
  var netdevs: [String] {
    get throws {
      // Those of a virtio NIC are one level below, at the virtio device: 0000:00:04.0/virtio0/net/enp0s4.
      let devices = try host.listIfPresent(address.path).filter { $0.hasPrefix("virtio") }.map { "/\($0)" }
      return try ([""] + devices).flatMap { try host.listIfPresent("\(address.path)\($0)/net") }
    }
  }

  /// An unset override reads `(null)`.
  var driverOverride: String? {
    get throws {
      let text = try attribute("driver_override")
      return text == "(null)" || text == "" ? nil : text
    }
  }

  /// The addresses of the VFs, in the order of `virtfn0`, `virtfn1`, … and never sorted by address.
  var virtualFunctions: [String] {
    get throws {
      var addresses: [String] = []
      while let address = try host.linkName("\(self.address.path)/virtfn\(addresses.count)") {
        addresses.append(address)
      }
      return addresses
    }
  }

  func description() throws -> Value {
    var map: ValueMap = [
      "address": .string(address.text), "vendor": .string(try id("vendor")), "device": .string(try id("device")),
      "class": .string(try id("class")),
    ]
    map["driver"] = try driver.map { .string($0) }
    map["numa_node"] = try attribute("numa_node").flatMap { Int($0) }.map { .integer($0) }
    map["iommu_group"] = try iommuGroup.map { .string($0) }
    map["net"] = .array(try netdevs.map { .string($0) })
    map["physfn"] = try physicalFunction.map { .string($0) }
    if let total = try attribute("sriov_totalvfs").flatMap({ Int($0) }) {
      map["sriov"] = [
        "total": .integer(total), "count": .integer(try attribute("sriov_numvfs").flatMap { Int($0) } ?? 0),
        "vf_device": .string(try id("sriov_vf_device")),
      ]
    }
    return .map(map)
  }
}

extension String {
  fileprivate var trimmingHexPrefix: Substring { hasPrefix("0x") ? dropFirst(2) : self[...] }
}
