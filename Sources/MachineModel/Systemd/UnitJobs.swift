/// Starting, stopping and restarting units, and reloading the manager.
extension Machine {
  /// Why a job does not end with `done`, in systemd's words.
  struct JobProblem: Error { var message: String }

  /// Whether systemd can do something with a unit; what stands in its way otherwise.
  private func check(_ name: String) throws(JobProblem) {
    if units[name]?.loaded.fragment != nil, case .found = files.unitPlace(name) { return }
    switch files.unitPlace(name) {
    case .found: return
    case .masked: throw JobProblem(message: "org.freedesktop.systemd1.UnitMasked: Unit \(name) is masked.")
    case .notFound: throw JobProblem(message: "org.freedesktop.systemd1.NoSuchUnit: Unit \(name) not found.")
    }
  }

  mutating func startUnit(_ name: String) throws(JobProblem) {
    try check(name)
    refresh(name)
    switch activity(of: name) {
    case .active, .exited, .restarting: return
    case .inactive, .failed: try activate(name)
    }
  }

  /// What a unit does now. Of mounts and swap areas the kernel knows, whoever made them.
  func activity(of name: String) -> Unit.Activity {
    switch name.split(separator: ".").last {
    case "swap" where SwapUnits.area(name, swap) != nil:
      return SwapUnits.area(name, swap)?.isOn == true ? .active : .inactive
    case "mount":
      let target = mountTarget(name)
      return mounts.contains { $0.target == target } ? .active : .inactive
    default: return units[name]?.activity ?? .inactive
    }
  }

  mutating func stopUnit(_ name: String) throws(JobProblem) {
    // Even a masked unit can be stopped.
    if units[name] == nil { try check(name) }
    switch name.split(separator: ".").last {
    case "swap":
      if let area = SwapUnits.area(name, swap), area.isOn { try? swapOff(area.path) }
    case "mount":
      guard let target = mountTarget(name), mounts.contains(where: { $0.target == target }) else { break }
      do {
        try unmount(target)
      } catch {
        throw JobProblem(message: "job result failed: target is busy")
      }
    default: break
    }
    units[name]?.process = nil
    units[name]?.activity = .inactive
    forgetIfIdle(name)
  }

  mutating func restartUnit(_ name: String) throws(JobProblem) {
    try check(name)
    refresh(name)
    units[name]?.process = nil
    units[name]?.activity = .inactive
    try activate(name)
  }

  /// Reads the files of a unit that the manager does not keep in memory.
  private mutating func refresh(_ name: String) {
    if units[name] == nil { units[name] = Unit() }
    guard units[name]?.loaded.fragment == nil else { return }
    units[name]?.loaded = files.unitFiles(name)
  }

  /// A unit that nothing refers to leaves the manager's memory, unless the machine's description has it.
  private mutating func forgetIfIdle(_ name: String) {
    guard let unit = units[name], unit.fails == nil, unit.needs.isEmpty, unit.fragment == nil,
      unit.activity == .inactive, !UnitInstallation.isEnabled(name, in: files)
    else { return }
    units[name] = nil
  }

  private mutating func activate(_ name: String) throws(JobProblem) {
    guard let unit = units[name] else { return }
    let text = UnitText(unit.loaded)
    switch name.split(separator: ".").last {
    case "swap": try activateSwap(name)
    case "mount": try activateMount(name, text)
    case "service": try activateService(name, unit, text)
    default: units[name]?.activity = .active
    }
  }

  private mutating func activateService(_ name: String, _ unit: Unit, _ text: UnitText) throws(JobProblem) {
    let type = text.last("Service", "Type") ?? "simple"
    let missing = unit.needs.first { files.node($0) == nil }
    let isKubelet = name == "kubelet.service"
    let failure =
      unit.fails ?? missing.map { "it needs \($0)" } ?? (isKubelet ? kubeletFailure(unit.loaded) : nil)
    units[name]?.started = clock
    if let failure {
      let restarts = ["always", "on-failure", "on-abnormal"].contains(text.last("Service", "Restart") ?? "no")
      units[name]?.activity = restarts ? .restarting : .failed
      // A simple service counts as started once its process runs, whatever becomes of that.
      if type == "simple" || type == "idle" || type == "exec" { return }
      throw JobProblem(message: "job result failed: \(failure)")
    }
    if type == "oneshot" {
      runOrdinaryProgram(of: name)
      units[name]?.activity = text.flag("Service", "RemainAfterExit") ? .exited : .inactive
      return
    }
    units[name]?.activity = .active
    units[name]?.process = UnitProcess(pid: nextPID, started: clock, files: unit.loaded)
    nextPID += 1
    if isKubelet { kubeletStarted() }
    if name == "docker.service" { dockerStarted() }
  }

  /// What the programs of two of systemd's own units do.
  private mutating func runOrdinaryProgram(of unit: String) {
    switch unit {
    case "systemd-modules-load.service": loadConfiguredModules()
    case "systemd-sysctl.service": applySysctlFiles()
    default: break
    }
  }

  private mutating func activateSwap(_ name: String) throws(JobProblem) {
    guard let area = SwapUnits.area(name, swap) else {
      throw JobProblem(message: "job result failed: no such swap area")
    }
    let entry = SwapUnits.entries(files.text("/etc/fstab") ?? "").first { area.isMeant(by: $0.path) }
    if !area.isOn { try? swapOn(area.path, priority: entry?.priority ?? -1) }
    forgetIfIdle(name)
  }

  private mutating func activateMount(_ name: String, _ text: UnitText) throws(JobProblem) {
    guard let target = text.last("Mount", "Where"), !mounts.contains(where: { $0.target == target }) else { return }
    do {
      try mountUnit(text, target)
    } catch {
      throw JobProblem(message: "job result failed: cannot mount \(target)")
    }
  }

  func mountTarget(_ unit: String) -> String? {
    UnitText(units[unit]?.loaded ?? files.unitFiles(unit)).last("Mount", "Where")
  }

  // MARK: The manager

  /// `systemctl daemon-reload`: generators run, and all unit files are read again.
  mutating func reloadUnits() {
    SwapUnits.generate(swap, in: &files)
    for name in units.keys { units[name]?.loaded = files.unitFiles(name) }
  }

  /// Whether the unit's files have changed since they were read.
  func needsReload(_ name: String) -> Bool {
    guard let unit = units[name], unit.loaded.fragment != nil || unit.activity != .inactive else { return false }
    return unit.loaded != files.unitFiles(name)
  }

  mutating func setEnabled(_ name: String, _ enabled: Bool) throws(JobProblem) {
    try check(name)
    if enabled {
      guard UnitInstallation.enable(name, in: &files, at: clock) else {
        throw JobProblem(message: "the unit file has no [Install] section, so nothing says when to start it")
      }
    } else {
      UnitInstallation.disable(name, in: &files)
    }
    // As systemctl does.
    reloadUnits()
  }
}
