/// `/proc/sys`: the sysctl tree.
enum ProcSysView {
  /// - Parameter path: below `/proc/sys`, with `/` at its end unless it is empty.
  static func folder(_ path: String) -> Folder {
    // Whether a module's parameters are there is the model's to say; of others there are more than it knows.
    let isModules = path.hasPrefix("net/bridge/")
    return Folder(governs: { name in isModules || path + name == "net/bridge" }) { machine in
      var entries: [String: Node] = [:]
      if path == "kernel/" {
        entries["osrelease"] = .line(machine.kernel.release)
        entries["hostname"] = .line(machine.name)
        entries["random"] = .folder(
          Folder(governing: ["boot_id"]) { machine in ["boot_id": .line(machine.bootID)] })
      }
      if path == "vm/" { entries["nr_hugepages"] = parameter("vm/nr_hugepages") }
      if path.isEmpty { entries["vm"] = .folder(folder("vm/")); entries["kernel"] = .folder(folder("kernel/")) }
      for key in machine.sysctl.keys where key.hasPrefix(path) {
        let rest = key.dropFirst(path.count)
        if let slash = rest.firstIndex(of: "/") {
          let name = String(rest[..<slash])
          if entries[name] == nil { entries[name] = .folder(folder("\(path)\(name)/")) }
        } else {
          entries[String(rest)] = parameter(key)
        }
      }
      return entries
    }
  }

  private static func parameter(_ key: String) -> Node {
    .writable { machine throws(Refusal) in
      try machine.sysctlText(key)
    } _: { machine, text throws(Refusal) in
      try machine.writeSysctl(key, text)
    }
  }
}

extension Machine {
  /// The identifier of this boot.
  var bootID: String { capturedBootID ?? StableHash.uuid("boot \(boots) of \(machineID)") }

  /// The content of `/etc/machine-id`.
  var machineID: String { files.text("/etc/machine-id")?.trimmed ?? "" }
}
