public import Host
import OrderedCollections
import Values

extension LiveHost {
  /// Seconds that a job of a unit may take: start, stop or restart.
  public static let jobDeadline = 120

  /// Seconds that systemd may take to read all units again, as `systemctl` has it.
  public static let reloadDeadline = 180

  /// What systemd knows of a unit. That a reload is needed is also told where systemd does not notice it by itself:
  /// after the unit's first drop-in was written, and after a unit file was written in front of a packaged one.
  public func unit(_ name: String, properties: [String]) async throws(HostError) -> UnitStatus {
    let bus = try systemd()
    let loaded = try bus.call(.init(name: "LoadUnit", operation: "look at", subject: name)) {
      message throws(HostError) in
      try message.append(name)
    }
    guard let path = try loaded.value()?.string else {
      throw HostError("look at", name, .refused("systemd did not answer with an object"))
    }
    func all(_ interface: String, _ wanted: some Sequence<String>) throws(HostError) -> ValueMap {
      let method = SystemBus.Method(
        path: path, interface: "org.freedesktop.DBus.Properties", name: "GetAll", operation: "look at", subject: name)
      let answer = try bus.call(method) { message throws(HostError) in
        try message.append("org.freedesktop.systemd1." + interface)
      }
      return try answer.properties(Set(wanted))
    }
    let common = try all("Unit", Self.unitProperties + properties)
    let own = try all(Self.interface(of: name), ["MainPID", "ExecMainStartTimestamp"] + properties)
    var picked: ValueMap = [:]
    for property in properties { picked[property] = own[property] ?? common[property] }
    let fragmentPath = common["FragmentPath"]?.string ?? ""
    let dropInPaths = common["DropInPaths"]?.array?.compactMap(\.string) ?? []
    let unreadFiles = try UnreadUnitFiles().exist(
      name, fragmentPath: fragmentPath, dropInPaths: dropInPaths, on: self)
    return UnitStatus(
      name: name, loadState: common["LoadState"]?.string ?? "", activeState: common["ActiveState"]?.string ?? "",
      subState: common["SubState"]?.string ?? "", unitFileState: common["UnitFileState"]?.string ?? "",
      fragmentPath: fragmentPath, dropInPaths: dropInPaths,
      needDaemonReload: common["NeedDaemonReload"] == true || unreadFiles,
      mainPID: own["MainPID"]?.integer ?? 0, mainStarted: own["ExecMainStartTimestamp"]?.integer ?? 0,
      properties: picked)
  }

  public func reloadUnits() async throws(HostError) {
    _ = try systemd().call(
      .init(name: "Reload", operation: "reload", subject: "systemd", timeout: Self.reloadDeadline))
  }

  /// Starts, stops or restarts a unit, in place of a job that waits for it, and waits up to ``jobDeadline`` seconds for
  /// the job's end. After that, and when this task is cancelled, the job goes on by itself.
  public func unitJob(_ job: UnitJob, _ name: String) async throws(HostError) {
    let bus = try systemd()
    let ended = try EndedJobs(bus, operation: job.rawValue, subject: name)
    let started = try start(job.method, name, mode: "replace", operation: job.rawValue, on: bus)
    switch try ended.wait(for: started, seconds: Self.jobDeadline) {
    case "done": return
    case let result:
      throw HostError(
        job.rawValue, name, .refused("the job ended with '\(result)'\(await exitWords(name))"),
        hint: "`journalctl -u \(name) -e` tells more")
    }
  }

  /// Enables or disables a unit file as `systemctl enable` does: systemd reads all units again afterwards.
  public func setEnabled(_ name: String, _ enabled: Bool) async throws(HostError) {
    let operation = enabled ? "enable" : "disable"
    try written.note("/etc/systemd/system", for: operation, name)
    let method = SystemBus.Method(
      name: enabled ? "EnableUnitFiles" : "DisableUnitFiles", operation: operation, subject: name)
    let answer = try systemd().call(method) { message throws(HostError) in
      try message.append([name])
      try message.append(false)  // not only until the next boot
      if enabled { try message.append(false) }  // not over links of another unit
    }
    if enabled, try answer.value()?.boolean == false {
      throw HostError(
        operation, name, .refused("the unit file has no [Install] section, so nothing says when to start it"),
        hint: "`systemctl cat \(name)` shows it")
    }
    try await reloadUnits()
  }

  /// Starts `reboot.target` as the last step of `systemctl reboot` does, irreversibly: the shutdown waits for no
  /// inhibitor lock, which logind's own `Reboot` would.
  public func reboot() async throws(HostError) {
    _ = try start("StartUnit", "reboot.target", mode: "replace-irreversibly", operation: "start", on: systemd())
  }

  /// The bus, newly opened if there was none or the other side went away.
  func systemd() throws(HostError) -> SystemBus {
    if let connection, connection.isAlive() { return connection }
    connection = nil
    let bus = try SystemBus()
    connection = bus
    return bus
  }

  /// The object path of the job that was queued.
  private func start(
    _ method: String, _ name: String, mode: String, operation: String, on bus: SystemBus
  ) throws(HostError) -> String {
    let queued = try bus.call(.init(name: method, operation: operation, subject: name)) { message throws(HostError) in
      try message.append(name)
      try message.append(mode)
    }
    return try queued.value()?.string ?? ""
  }

  /// How the unit's process ended, in systemd's words, where that can be told and was no success.
  private func exitWords(_ name: String) async -> String {
    guard let properties = try? await unit(name, properties: ["Result", "ExecMainStatus"]).properties,
      let result = properties["Result"]?.string, result != "success"
    else { return "" }
    let status = properties["ExecMainStatus"]?.integer.map { ", ExecMainStatus=\($0)" } ?? ""
    return ": Result=\(result)\(status)"
  }

  private static let unitProperties = [
    "LoadState", "ActiveState", "SubState", "UnitFileState", "FragmentPath", "DropInPaths", "NeedDaemonReload",
  ]

  /// `Service` for `kubelet.service`: the interface that the suffix stands for.
  private static func interface(of name: String) -> String {
    let suffix = name.split(separator: ".").last ?? ""
    return suffix.prefix(1).uppercased() + suffix.dropFirst()
  }
}

extension UnitJob {
  fileprivate var method: String {
    switch self {
    case .start: "StartUnit"
    case .stop: "StopUnit"
    case .restart: "RestartUnit"
    }
  }
}
