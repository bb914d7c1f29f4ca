/// RDMA devices: each function that mlx5_core has gets one while mlx5_ib is loaded.
enum InfinibandView {
  /// The name of a function's RDMA device.
  static func name(_ machine: Machine, _ address: PCIAddress) -> String? {
    guard machine.modules.isPresent("mlx5_ib"), machine.pci[address]?.driver == "mlx5_core" else { return nil }
    return "mlx5_\(machine.pci.filter { $0.value.driver == "mlx5_core" && $0.key < address }.count)"
  }

  /// The functions that have one, in the order of their numbers.
  static func functions(_ machine: Machine) -> [PCIAddress] {
    machine.pci.keys.filter { name(machine, $0) != nil }.sorted()
  }

  /// Where the RDMA devices are below `/sys`, by name.
  static func devices(_ machine: Machine) -> [String: String] {
    var devices: [String: String] = [:]
    for (address, device) in machine.pci {
      if let name = name(machine, address) { devices[name] = "\(SysPath.device(address, device))/infiniband/\(name)" }
    }
    return devices
  }

  static func folder(_ address: PCIAddress) -> Folder {
    Folder(governing: ["device", "fw_ver"]) { machine in
      var entries: [String: Node] = ["device": .link("../../../\(address)"), "node_type": .line("1: CA")]
      if let owner = machine.firmwareOwner(address), let version = machine.pci[owner]?.firmware?.version {
        entries["fw_ver"] = .line(version)
      }
      return entries
    }
  }
}
