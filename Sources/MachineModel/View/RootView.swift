/// The generated directories of a machine: `/sys`, `/proc`, `/dev`.
enum RootView {
  static let folder = Folder(governs: { _ in false }) { _ in
    ["sys": .folder(SysView.folder), "proc": .folder(ProcView.folder), "dev": .folder(DevView.folder)]
  }
}

enum SysView {
  static let folder = Folder(governs: { _ in false }) { _ in
    [
      "bus": .folder(Folder(governing: ["pci"]) { _ in ["pci": .folder(BusView.folder)] }),
      "class": .folder(classes),
      "devices": .folder(DevicesView.folder),
      "firmware": .folder(firmware),
      "fs": .folder(Folder(governing: []) { _ in ["cgroup": .folder(cgroup)] }),
      "kernel": .folder(kernel),
      "module": .folder(ModuleView.folder),
    ]
  }

  private static let classes = Folder(governing: ["net", "iommu", "infiniband"]) { machine in
    var classes: [String: Node] = ["net": .all(NetView.classEntries), "iommu": .all(iommuUnits)]
    let infiniband = InfinibandView.devices(machine)
    if machine.modules.isPresent("ib_core") {
      classes["infiniband"] = .all { _ in
        infiniband.mapValues { SysPath.link(from: "class/infiniband", to: $0) }
      }
    }
    return classes
  }

  private static func iommuUnits(_ machine: Machine) -> [String: Node] {
    guard machine.iommu.isOn else { return [:] }
    let names = machine.iommu.kind == .amd ? ["ivhd0"] : ["dmar0", "dmar1"]
    return Dictionary(uniqueKeysWithValues: names.map { ($0, .folder(Folder(governs: { _ in false }) { _ in [:] })) })
  }

  /// The root of cgroup v2 says which controllers there are; version 1 has a directory for each.
  private static let cgroup = Folder(governing: ["cgroup.controllers"]) { machine in
    machine.hasCgroupV2 ? ["cgroup.controllers": .line("cpuset cpu io memory hugetlb pids rdma misc")] : [:]
  }

  /// The table of the firmware that describes the IOMMU.
  private static let firmware = Folder(governing: ["acpi"]) { _ in
    [
      "acpi": .folder(
        Folder(governing: ["tables"]) { _ in
          [
            "tables": .all { machine in
              switch machine.iommu.kind {
              case .intel: ["DMAR": .line("DMAR")]
              case .amd: ["IVRS": .line("IVRS")]
              case .none: [:]
              }
            }
          ]
        })
    ]
  }

  private static let kernel = Folder(governing: ["iommu_groups", "mm"]) { _ in
    [
      "iommu_groups": .all { machine in
        var groups: [String: Node] = [:]
        for (group, members) in machine.groups { groups[String(group)] = .all { groupEntries($0, group, members) } }
        return groups
      },
      "mm": .folder(
        Folder(governing: ["hugepages"]) { _ in ["hugepages": .all(HugePagesView.machinePools)] }),
    ]
  }

  private static func groupEntries(_ machine: Machine, _ group: Int, _ members: [PCIAddress]) -> [String: Node] {
    let directory = "kernel/iommu_groups/\(group)/devices"
    return [
      "type": .line("DMA"),
      "devices": .all { machine in
        var links: [String: Node] = [:]
        for address in members {
          guard let device = machine.pci[address] else { continue }
          links["\(address)"] = SysPath.link(from: directory, to: SysPath.device(address, device))
        }
        return links
      },
    ]
  }
}
