/// `/sys/bus/pci`
enum BusView {
  static let folder = Folder(governing: ["devices", "drivers", "drivers_probe"]) { _ in
    [
      "devices": .all { machine in
        var links: [String: Node] = [:]
        for (address, device) in machine.pci {
          links["\(address)"] = SysPath.link(from: "bus/pci/devices", to: SysPath.device(address, device))
        }
        return links
      },
      "drivers": .all { machine in
        var drivers: [String: Node] = [:]
        for driver in machine.registeredDrivers { drivers[driver] = .folder(folder(of: driver)) }
        return drivers
      },
      "drivers_probe": .trigger { machine, text throws(Refusal) in try machine.writeProbe(text) },
    ]
  }

  private static func folder(of name: String) -> Folder {
    let directory = "bus/pci/drivers/\(name)"
    return Folder(governs: { $0 != "new_id" && $0 != "remove_id" }) { machine in
      var entries: [String: Node] = [
        "bind": .trigger { machine, text throws(Refusal) in try machine.writeBind(name, text) },
        "unbind": .trigger { machine, text throws(Refusal) in try machine.writeUnbind(name, text) },
      ]
      for (address, device) in machine.pci where device.driver == name {
        entries["\(address)"] = SysPath.link(from: directory, to: SysPath.device(address, device))
      }
      let module = KnownDrivers.module(of: name)
      if machine.modules.loaded.contains(module) {
        entries["module"] = SysPath.link(from: directory, to: "module/\(module)")
      }
      return entries
    }
  }
}
