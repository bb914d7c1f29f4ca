/// `/sys/devices`: PCI functions below what they are plugged into, NUMA nodes, devices without hardware.
enum DevicesView {
  static let folder = Folder(governs: { $0.hasPrefix("pci") }) { machine in
    var entries = children(machine, "")
    entries["system"] = .folder(
      Folder(governing: ["node"]) { _ in
        ["node": .folder(NodeView.folder), "cpu": .folder(NodeView.processors)]
      })
    entries["virtual"] = .folder(Folder(governing: ["net"]) { _ in ["net": .all(NetView.virtualEntries)] })
    return entries
  }

  /// What is plugged in at a path below `/sys/devices`, and the parts of the way to what is further down.
  private static func children(_ machine: Machine, _ path: String) -> [String: Node] {
    var entries: [String: Node] = [:]
    for (address, device) in machine.pci {
      if device.parent == path {
        entries["\(address)"] = .folder(PCIView.folder(address, children: { children($0, "\(path)/\(address)") }))
      } else if path.isEmpty || device.parent.hasPrefix(path + "/") {
        let rest = device.parent.dropFirst(path.isEmpty ? 0 : path.utf8.count + 1)
        let name = String(rest.prefix { $0 != "/" })
        // A bridge that is described itself has its own entry.
        if entries[name] == nil, PCIAddress(name).flatMap({ machine.pci[$0] }) == nil {
          let below = path.isEmpty ? name : "\(path)/\(name)"
          entries[name] = .folder(Folder(governs: { PCIAddress($0) != nil }) { children($0, below) })
        }
      }
    }
    return entries
  }
}
