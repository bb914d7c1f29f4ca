/// The directory of a PCI function (Documentation/ABI/testing/sysfs-bus-pci of the kernel).
enum PCIView {
  private static let governed: Set<String> = [
    "vendor", "device", "class", "driver", "driver_override", "numa_node", "iommu_group", "net", "physfn",
    "sriov_numvfs", "sriov_totalvfs", "sriov_offset", "sriov_stride", "sriov_vf_device", "sriov_drivers_autoprobe",
    "uevent", "modalias", "subsystem", "infiniband",
  ]

  static func folder(_ address: PCIAddress, children: @escaping @Sendable (Machine) -> [String: Node]) -> Folder {
    Folder(governs: { governed.contains($0) || $0.hasPrefix("virtfn") || PCIAddress($0) != nil }) { machine in
      guard let device = machine.pci[address] else { return [:] }
      var entries = children(machine)
      entries.merge(identity(address, device)) { $1 }
      entries.merge(binding(machine, address, device)) { $1 }
      if let sriov = device.sriov, sriov.isEnabledInFirmware {
        entries.merge(physical(machine, address, sriov)) { $1 }
      }
      if let vf = device.virtualFunction { entries["physfn"] = .link("../\(vf.physical)") }
      return entries
    }
  }

  private static func identity(_ address: PCIAddress, _ device: PCIDevice) -> [String: Node] {
    [
      "vendor": .line("0x" + Hexadecimal.padded(device.vendor, 4)),
      "device": .line("0x" + Hexadecimal.padded(device.device, 4)),
      "class": .line("0x" + Hexadecimal.padded(device.classCode, 6)),
      "numa_node": .line(device.numaNode),
      "modalias": .line(modalias(device)),
      "uevent": .readable { machine in
        let driver = machine.pci[address]?.driver.map { "DRIVER=\($0)\n" } ?? ""
        return driver + "PCI_CLASS=\(String(device.classCode, radix: 16).uppercased())\n"
          + "PCI_ID=\(code(device.vendor, 4)):\(code(device.device, 4))\n"
          + "PCI_SLOT_NAME=\(address)\nMODALIAS=\(modalias(device))\n"
      },
    ]
  }

  private static func modalias(_ device: PCIDevice) -> String {
    let (base, sub, interface) = (device.classCode >> 16, device.classCode >> 8 & 0xff, device.classCode & 0xff)
    return "pci:v\(code(device.vendor, 8))d\(code(device.device, 8))sv00000000sd00000000"
      + "bc\(code(base, 2))sc\(code(sub, 2))i\(code(interface, 2))"
  }

  private static func code(_ number: Int, _ digits: Int) -> String { Hexadecimal.padded(number, digits).uppercased() }

  private static func binding(_ machine: Machine, _ address: PCIAddress, _ device: PCIDevice) -> [String: Node] {
    let directory = SysPath.device(address, device)
    var entries: [String: Node] = [
      "subsystem": SysPath.link(from: directory, to: "bus/pci"),
      "driver_override": .writable { machine in
        (machine.pci[address]?.driverOverride ?? "(null)") + "\n"
      } _: { machine, text throws(Refusal) in
        try machine.writeOverride(address, text)
      },
    ]
    // Attributes come with the kernel that first had them.
    if machine.kernel.version < (3, 15) { entries["driver_override"] = nil }
    if let driver = device.driver {
      entries["driver"] = SysPath.link(from: directory, to: "bus/pci/drivers/\(driver)")
    }
    if let group = machine.group(device) {
      entries["iommu_group"] = SysPath.link(from: directory, to: "kernel/iommu_groups/\(group)")
    }
    if let net = device.visibleNet {
      entries["net"] = .all { _ in [net.name: .folder(NetView.folder(net.name, device: "../../../\(address)"))] }
    }
    if let name = InfinibandView.name(machine, address) {
      entries["infiniband"] = .all { _ in [name: .folder(InfinibandView.folder(address))] }
    }
    return entries
  }

  private static func physical(_ machine: Machine, _ address: PCIAddress, _ sriov: SRIOV) -> [String: Node] {
    var entries: [String: Node] = [
      "sriov_totalvfs": .line(sriov.total), "sriov_offset": .line(sriov.offset), "sriov_stride": .line(sriov.stride),
      "sriov_vf_device": .line(Hexadecimal.padded(sriov.vfDevice, 4)),
      "sriov_numvfs": .writable { machine in
        "\(machine.pci[address]?.sriov?.vfs.count ?? 0)\n"
      } _: { machine, text throws(Refusal) in
        try machine.writeVFCount(address, text)
      },
      "sriov_drivers_autoprobe": .writable { machine in
        machine.pci[address]?.sriov?.autoprobe == false ? "0\n" : "1\n"
      } _: { machine, text throws(Refusal) in
        try machine.writeAutoprobe(address, text)
      },
    ]
    for (index, vf) in sriov.vfs.enumerated() { entries["virtfn\(index)"] = .link("../\(vf)") }
    return entries
  }
}
