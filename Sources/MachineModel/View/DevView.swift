/// `/dev`: what the drivers of loaded modules bring, and the few files that are always there.
enum DevView {
  private static let governed = Set(OrdinaryModules.devices.values.map { String($0.prefix { $0 != "/" }) })
    .subtracting(["net"])

  static let folder = Folder(governs: { governed.contains($0) }) { machine in
    var entries: [String: Node] = [
      "null": .device(mode: 0o666), "zero": .device(mode: 0o666), "kmsg": .device(mode: 0o644),
      "net": .folder(Folder(governing: ["tun"]) { module("tun", "tun", $0) }),
    ]
    for (name, device) in OrdinaryModules.devices where !device.contains("/") && machine.modules.isPresent(name) {
      entries[device] = .device(mode: 0o600)
    }
    if machine.modules.isPresent("vfio") { entries["vfio"] = .all(vfio) }
    if machine.modules.isPresent("ib_uverbs"), !InfinibandView.devices(machine).isEmpty {
      entries["infiniband"] = .all { machine in
        let files = InfinibandView.functions(machine).enumerated().map { number, address in
          ("uverbs\(number)", Node.device(mode: 0o666, made: machine.pci[address]?.opened ?? 0))
        }
        return Dictionary(uniqueKeysWithValues: files)
      }
    }
    return entries
  }

  private static func module(_ module: String, _ name: String, _ machine: Machine) -> [String: Node] {
    machine.modules.isPresent(module) ? [name: .device(mode: 0o666)] : [:]
  }

  private static func vfio(_ machine: Machine) -> [String: Node] {
    var entries: [String: Node] = ["vfio": .device(mode: 0o666)]
    for device in machine.pci.values {
      if let file = machine.vfioFile(device) { entries[file] = .device(mode: 0o600, made: device.opened) }
    }
    return entries
  }
}
