import Host

/// The reasons for which pci.bind leaves a function alone, checked before anything is touched.
enum PCIBindRefusal {
  static func check(_ bind: PCIBind, _ function: PCIFunction, _ host: any Host) throws {
    let (address, driver) = (function.address, bind.driver)
    guard try host.status("\(address.path)/driver_override") != nil else {
      throw PrimitiveError(
        "the kernel has no driver_override for \(address)",
        hint: "it came with Linux 3.15; new_id would take its siblings along")
    }
    guard try host.status("/sys/bus/pci/drivers/\(driver)") != nil else {
      throw PrimitiveError("the driver \(driver) is not loaded", hint: "load it first: kernel.modprobe \"\(driver)\"")
    }
    try checkOtherOwners(bind, function, host)
    if let reason = try DeviceUse.network(function), !bind.force {
      throw PrimitiveError(
        "\(address) is in use: \(reason)", hint: "move the route to another device, or give force = true")
    }
    if driver.hasPrefix("vfio") { try checkVFIO(bind, function, host) }
    if let present = try function.driver, present.hasPrefix("vfio") { try checkHolders(function, host) }
  }

  private static func checkOtherOwners(_ bind: PCIBind, _ function: PCIFunction, _ host: any Host) throws {
    let owner = try function.physicalFunction ?? function.address.text
    if try host.status("/etc/sriov-operator/pci/\(owner)") != nil {
      throw PrimitiveError(
        "\(owner) belongs to the SR-IOV network operator (/etc/sriov-operator/pci/\(owner))",
        hint: "let the operator configure it, or take it out of the operator's policy first")
    }
    let override = "/etc/driverctl.d/pci-\(function.address)"
    if let driver = try host.text(override), driver != bind.driver {
      throw PrimitiveError(
        "driverctl binds \(function.address) to \(driver) at every boot (\(override))",
        hint: "`driverctl unset-override \(function.address)` ends that")
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
