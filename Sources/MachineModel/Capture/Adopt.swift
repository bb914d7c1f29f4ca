import Host

extension Machine {
  /// Takes a unit of a live machine into the model: its files, and what systemd tells of it.
  mutating func adopt(_ name: String, from host: any Host) async throws(HostError) {
    let status = try await host.unit(name, properties: [])
    guard status.loadState != "not-found" else { return }
    for path in [status.fragmentPath] + status.dropInPaths where !path.isEmpty { try adopt(file: path, from: host) }
    var unit = Unit()
    unit.loaded = files.unitFiles(name)
    // What systemd has not read yet counts from the next reload on.
    for folder in ["/etc/systemd/system", "/run/systemd/system"] {
      try adopt(file: "\(folder)/\(name)", from: host)
      for dropIn in try host.listIfPresent("\(folder)/\(name).d") where dropIn.hasSuffix(".conf") {
        try adopt(file: "\(folder)/\(name).d/\(dropIn)", from: host)
      }
    }
    if status.needDaemonReload, unit.loaded == files.unitFiles(name) { unit.loaded.fragment?.modified = 0 }
    unit.activity =
      switch (status.activeState, status.subState) {
      case ("active", "exited"): .exited
      case ("active", _), ("reloading", _): .active
      case ("activating", "auto-restart"): .restarting
      case ("activating", _): .active
      case ("failed", _): .failed
      default: .inactive
      }
    if name.hasSuffix(".mount") || name.hasSuffix(".swap") { unit.activity = .inactive }
    unit.started = status.mainStarted
    if status.mainPID != 0 { unit.process = UnitProcess(pid: status.mainPID, started: status.mainStarted, files: nil) }
    if unit.activity == .restarting || unit.activity == .failed {
      let configuration = "/var/lib/kubelet/config.yaml"
      if name == "kubelet.service", try host.status(configuration) == nil {
        unit.needs = [configuration]
      } else {
        unit.fails = "it failed when the machine was captured"
      }
    }
    units[name] = unit
  }

  private mutating func adopt(file path: String, from host: any Host) throws(HostError) {
    guard let status = try host.status(path), status.kind == .file else { return }
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    let folder = files.canonical("/" + parent) ?? "/" + parent
    let node = FileTree.Node(
      content: .file(try host.read(path)), mode: status.mode, owner: status.owner, modified: status.modified)
    files.set("\(folder)/\(path.split(separator: "/").last ?? "")", node)
  }
}
