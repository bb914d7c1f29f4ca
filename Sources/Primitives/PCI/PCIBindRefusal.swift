import Host
import Values

/// The reasons for which pci.bind leaves a function alone, checked before anything is touched.
enum PCIBindRefusal {
  static func check(_ bind: PCIBind, _ function: PCIFunction, rebinds: Bool, _ host: any Host) throws {
    let (address, driver) = (function.address, bind.driver)
    guard try host.status("\(address.path)/driver_override") != nil else {
      throw PrimitiveError(
        "the kernel has no driver_override for \(address)",
        hint: "it came with Linux 3.15; new_id would take its siblings along")
    }
    guard try host.status("/sys/bus/pci/drivers/\(driver)") != nil else {
      let loaded = try host.listIfPresent("/sys/bus/pci/drivers")
      let suggestion = Suggestion.closest(to: driver, in: loaded).map { "did you mean '\($0)'?" }
      throw PrimitiveError(
        "the driver \(driver) is not loaded", hint: suggestion ?? "load it first: kernel.modprobe \"\(driver)\"")
    }
    try checkOperator(try function.physicalFunction ?? address.text, host)
    try checkDriverctl(bind, host)
    if rebinds, !bind.force, let reason = try DeviceUse.network(function) {
      throw PrimitiveError(
        "\(address) is in use: \(reason)", hint: "move the route to another device, or give force = true")
    }
    if driver.hasPrefix("vfio") { try checkVFIO(bind, function, host) }
    if rebinds, try function.driver?.hasPrefix("vfio") == true { try checkHolders(function, host) }
  }

  /// A physical function that the SR-IOV network operator configures is left to it, with its VFs.
  static func checkOperator(_ owner: String, _ host: any Host) throws {
    if try host.status("/etc/sriov-operator/pci/\(owner)") != nil {
      throw PrimitiveError(
        "\(owner) belongs to the SR-IOV network operator (/etc/sriov-operator/pci/\(owner))",
        hint: "let the operator configure it, or take it out of the operator's policy first")
    }
  }

  private static func checkDriverctl(_ bind: PCIBind, _ host: any Host) throws {
    let override = "/etc/driverctl.d/pci-\(bind.address)"
    if let driver = try host.text(override), driver != bind.driver {
      throw PrimitiveError(
        "driverctl binds \(bind.address) to \(driver) at every boot (\(override))",
        hint: "`driverctl unset-override \(bind.address)` ends that")
    }
  }

  private static func checkVFIO(_ bind: PCIBind, _ function: PCIFunction, _ host: any Host) throws {
    let address = function.address
    if try function.id("vendor") == "15b3" {
      throw PrimitiveError(
        "\(address) is an NVIDIA (Mellanox) port: its DPDK driver needs mlx5_core bound, never vfio-pci",
        hint: "give the VF to the pod as a network device with RDMA")
    }
    if try function.attribute("sriov_totalvfs") != nil, !bind.force {
      throw PrimitiveError(
        "\(address) is a physical function: on vfio-pci its VFs would need a VF token",
        hint: "bind one of its VFs, or give force = true")
    }
    guard let group = try function.iommuGroup else {
      guard try host.text("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode") == "Y" else {
        throw PrimitiveError(
          "\(address) has no IOMMU group: the IOMMU is off",
          hint:
            "turn it on in the firmware, and by kernel.cmdline_add { \"intel_iommu=on\", \"iommu=pt\" } and a reboot")
      }
      return
    }
    for name in try host.listIfPresent("/sys/kernel/iommu_groups/\(group)/devices") where name != address.text {
      guard let other = PCIAddress(name) else { continue }
      let sibling = try PCIFunction(at: other, host)
      let isBridge = try sibling.id("class").hasPrefix("0604")
      if !isBridge, let driver = try sibling.driver, !driver.hasPrefix("vfio"), driver != "pci-stub" {
        throw PrimitiveError(
          "IOMMU group \(group) is not viable: \(name) in it is bound to \(driver)",
          hint: "unbind \(name) as well, or move the card to a slot with a group of its own")
      }
    }
  }

  static func checkHolders(_ function: PCIFunction, _ host: any Host) throws {
    guard let group = try function.iommuGroup else { return }
    let holders = try DeviceUse.vfioHolders(group: group, host)
    guard holders.isEmpty else {
      throw PrimitiveError(
        "\(function.address) is held open (/dev/vfio/\(group)) by process \(holders.joined(separator: ", "))",
        hint: "stop it first (it may be a pod): unbinding would hang in the kernel until it ends")
    }
  }
}
