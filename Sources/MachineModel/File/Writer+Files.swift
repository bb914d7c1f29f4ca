import Host
import Values

extension MachineWriter {
  var files: ValueMap {
    let now = machine.files.flat
    let before = ordinary.files.flat
    var map: ValueMap = [:]
    for path in Set(now.keys).union(before.keys).sorted() where now[path] != before[path] {
      guard let node = now[path] else {
        // A directory that is still there, if only because of what is in it.
        if machine.files[path] == nil { map[path] = ["kind": "absent"] }
        continue
      }
      map[path] = value(node)
    }
    return map
  }

  private func value(_ node: FileTree.Node) -> Value {
    var map: ValueMap = [:]
    var ordinaryMode: UInt16 = 0o644
    switch node.content {
    case .file(let bytes): map["content"] = Value(text: bytes)
    case .link(let target):
      map["link"] = .string(target)
      ordinaryMode = 0o777
    case .directory:
      map["kind"] = "directory"
      if node.isImplied { map["implied"] = true }
      ordinaryMode = 0o755
    case .device:
      map["kind"] = "device"
      ordinaryMode = 0o600
    case .absent:
      map["kind"] = "absent"
      ordinaryMode = 0
    }
    if node.mode != ordinaryMode { map["mode"] = .string("0" + String(node.mode, radix: 8)) }
    if node.owner != .root { map["owner"] = .string("\(node.owner.user):\(node.owner.group)") }
    if node.modified != Clock.files { map["modified"] = .integer(node.modified) }
    // A plain file is just its text.
    if map.count == 1, let content = map["content"], content.string?.isEmpty == false { return content }
    return .map(map)
  }

  /// - Parameter files: those that are written.
  func units(in files: ValueMap) -> ValueMap {
    var map: ValueMap = [:]
    let ordinaryUnits = machine.ordinaryUnits
    let packageUnits = machine.packageUnits
    for name in ordinaryUnits.sorted() where machine.units[name] == nil { map[name] = "absent" }
    let inFiles = Set(files.keys.map { $0.split(separator: "/").last.map(String.init) ?? "" })
    for (name, unit) in machine.units.sorted(by: { $0.key < $1.key }) {
      let value = self.unit(name, unit, packageUnits[name], isInFiles: inFiles.contains(name))
      if ordinaryUnits.contains(name), value.isEmpty { continue }
      map[name] = value.isEmpty ? .null : .map(value)
    }
    return map
  }

  /// - Parameter known: What a package brings of it.
  private func unit(_ name: String, _ unit: Unit, _ known: PackageContents.Unit?, isInFiles: Bool) -> ValueMap {
    var map: ValueMap = [:]
    let isOrdinary = OrdinaryUnits.all.contains(name)
    // What a reader makes of a unit without one.
    let fallback = isOrdinary || (known == nil && !isInFiles) ? OrdinaryUnits.fragment(name) : nil
    if unit.fragment != fallback { map["fragment"] = unit.fragment.map(Value.string) ?? "none" }
    if let fails = unit.fails { map["fails"] = .string(fails) }
    if unit.needs != known?.needs ?? [] { map["needs"] = .array(unit.needs.map(Value.string)) }
    let isSettable = !name.hasSuffix(".mount") && !name.hasSuffix(".swap")
    if isSettable, unit.activity != machine.ordinaryActivity(name, unit) {
      map["state"] = .string(unit.activity.rawValue)
    }
    past(name, unit, &map)
    // What a reader takes for granted.
    let isTakenFor =
      map.isEmpty && (isOrdinary || known != nil)
      ? machine.ordinaryEnabledUnits.contains(name)
      : (unit.fragment != nil || known?.isStarted == true) && (map["state"] == nil || unit.activity != .inactive)
    if enabled.contains(name) != isTakenFor { map["enabled"] = .boolean(!isTakenFor) }
    return map
  }

  /// What the manager and the process know that is older than the files.
  private func past(_ name: String, _ unit: Unit, _ map: inout ValueMap) {
    let current = machine.files.unitFiles(name)
    if unit.loaded != current { map["loaded"] = .map(texts(unit.loaded)) }
    guard let process = unit.process else {
      if unit.started != 0, unit.started != Clock.units { map["started"] = .integer(unit.started) }
      return
    }
    if process.started == Clock.staleUnits {
      map["stale"] = true
    } else if process.started != Clock.units {
      map["started"] = .integer(process.started)
    }
    if machine.clock != Clock.start { map["pid"] = .integer(process.pid) }
    if let running = process.files, running != unit.loaded { map["running"] = .map(texts(running)) }
  }

  private func texts(_ files: UnitFiles) -> ValueMap {
    ValueMap(uniqueKeysWithValues: files.all.map { ($0.path, .string($0.text)) })
  }
}
