import Host
import Values
import YAML

extension Machine {
  /// The machine file of this machine. Of a machine that is as it was read, its original bytes.
  public func save() -> [UInt8] {
    if let source = origin.source {
      // Only a normalized machine has this time, and finding out is not cheap.
      let isNormalized = clock == Clock.start
      if source.machine == self || isNormalized && source.machine.normalized() == self { return source.bytes }
    }
    return Array(YAML.write(.map(MachineWriter(self).document)).utf8)
  }

  /// The same machine without what carries no configuration: times, process and boot counters.
  ///
  /// Of the times one thing is kept: whether a unit's process is older than its files.
  public func normalized() -> Machine {
    var machine = self
    let stale = Set(units.keys.filter(isStale))
    let former = files
    machine.clock = Clock.start
    machine.boots = 0
    machine.capturedBootID = nil
    machine.nextPID = Machine.firstPID
    machine.files.forEach { $0.modified = Clock.files }
    SwapUnits.generate(machine.swap, in: &machine.files)
    for index in machine.swap.indices where machine.swap[index].isOn && machine.swap[index].priority < 0 {
      machine.swap[index].priority = -2 - index
    }
    machine.renumberSwap()
    for name in units.keys.sorted() { machine.normalizeUnit(name, isStale: stale.contains(name), former: former) }
    for address in machine.pci.keys { machine.pci[address]?.opened = 0 }
    machine.normalizeKubernetes()
    return machine
  }

  private mutating func normalizeUnit(_ name: String, isStale: Bool, former: FileTree) {
    guard var unit = units[name] else { return }
    let loaded = unit.loaded
    let running = unit.process?.files
    let current = former.unitFiles(name).undated
    settleUnit(name, isStale: isStale)
    let settled = units[name] ?? unit
    unit = settled
    // What is older than the files is kept as it is.
    if loaded.undated != current { unit.loaded = dated(loaded) }
    if let running { unit.process?.files = running.undated == loaded.undated ? unit.loaded : dated(running) }
    units[name] = unit
  }

  /// The same with the times that files of the same text have now; others are older.
  private func dated(_ unit: UnitFiles) -> UnitFiles {
    func date(_ file: UnitFiles.File) -> UnitFiles.File {
      var file = file
      file.modified = files.text(file.path) == file.text ? files.node(file.path)?.modified ?? 0 : 0
      return file
    }
    return UnitFiles(fragment: unit.fragment.map(date), dropIns: unit.dropIns.map(date))
  }

  /// Whether a unit's process was started before its files were last changed: the unit file, drop-ins, environment
  /// files, and the configuration that services of this kind keep under their own name.
  func isStale(_ name: String) -> Bool {
    guard let process = units[name]?.process else { return false }
    return ownFiles(name).contains { path in files.node(path).map { $0.modified > process.started } == true }
  }

  private func ownFiles(_ name: String) -> [String] {
    let current = files.unitFiles(name)
    let text = UnitText(current)
    let stem = name.split(separator: ".").first.map(String.init) ?? name
    let folder = "/etc/\(stem)"
    return current.all.map(\.path)
      + text.list("Service", "EnvironmentFile").map { String($0.drop { $0 == "-" }) }
      + files.names(folder).map { "\(folder)/\($0)" } + ["/var/lib/\(stem)/config.yaml"]
  }
}
