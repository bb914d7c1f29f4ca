import YAML

extension MachineReader {
  // MARK: Units

  static let unitKeys = [
    "state", "enabled", "fragment", "fails", "needs", "stale", "loaded", "running", "pid", "started",
  ]

  /// Reads which units there are; what they do needs the files. Answers those that are enabled.
  mutating func readUnits() throws(YAMLError) -> Set<String> {
    var enabled = machine.ordinaryEnabledUnits
    let packageUnits = machine.packageUnits
    let given = Set(try fields.entries("files").map { $0.name.split(separator: "/").last.map(String.init) ?? "" })
    for entry in try fields.entries("units") {
      guard entry.name.contains("."), !entry.name.contains("/") else {
        throw YAMLError(entry.key, "a unit's name has its type, such as '\(entry.name).service', and no '/'")
      }
      if entry.value.text == "absent" {
        enabled.remove(entry.name)
        continue
      }
      let fields = try unitFields(entry)
      var unit = Unit()
      let known = packageUnits[entry.name]
      let isDescribed = OrdinaryUnits.all.contains(entry.name) || (known == nil && !given.contains(entry.name))
      unit.fragment = try fields?.text("fragment") ?? (isDescribed ? OrdinaryUnits.fragment(entry.name) : nil)
      if unit.fragment == "none" { unit.fragment = nil }
      unit.fails = try fields?.text("fails")
      unit.needs = fields?["needs"] == nil ? known?.needs ?? [] : try fields?.texts("needs") ?? []
      machine.units[entry.name] = unit
      let state = try fields?.word("state", Unit.Activity.self)
      let isTakenFor = state != .inactive && (unit.fragment != nil || known?.isStarted == true)
      if try fields?.flag("enabled") ?? isTakenFor {
        enabled.insert(entry.name)
      } else {
        enabled.remove(entry.name)
      }
    }
    return enabled
  }

  private func unitFields(_ entry: YAMLNode.Entry) throws(YAMLError) -> Fields? {
    entry.value.isNull ? nil : try Fields(entry.value, "the unit \(entry.name)", Self.unitKeys)
  }

  mutating func readUnitStates() throws(YAMLError) {
    machine.nextPID = Machine.firstPID
    var described: [String: YAMLNode.Entry] = [:]
    for entry in try fields.entries("units") { described[entry.name] = entry }
    for name in machine.units.keys.sorted() {
      guard let entry = described[name] else {
        // Files may have changed what an ordinary unit is, and whether it has what it needs.
        if let unit = machine.units[name] {
          let activity = machine.ordinaryActivity(name, unit)
          machine.units[name]?.activity = activity
        }
        machine.settleUnit(name, isStale: false)
        continue
      }
      if entry.value.text == "absent" {
        machine.units[name] = nil
        continue
      }
      let fields = try unitFields(entry)
      guard let unit = machine.units[name] else { continue }
      var activity = machine.ordinaryActivity(name, unit)
      let isSettable = !name.hasSuffix(".mount") && !name.hasSuffix(".swap")
      if isSettable, let state = try fields?.word("state", Unit.Activity.self) { activity = state }
      machine.units[name]?.activity = activity
      machine.settleUnit(name, isStale: try fields?.flag("stale") ?? false)
      try readUnitPast(name, fields)
    }
  }

  /// What the manager and the process know is older than the files.
  mutating func readUnitPast(_ name: String, _ fields: Fields?) throws(YAMLError) {
    guard let fields, var unit = machine.units[name] else { return }
    if let loaded = fields["loaded"] { unit.loaded = try unitFiles(loaded) }
    if let started = try fields.integer("started") {
      unit.started = started
      unit.process?.started = started
    }
    if let pid = try fields.integer("pid", in: 1...4_194_304) { unit.process?.pid = pid }
    unit.process?.files = try fields["running"].map(unitFiles) ?? unit.loaded
    machine.units[name] = unit
  }

  /// A mapping from paths to what was read there, the unit file first. The time is the file's, if its text is the same.
  private func unitFiles(_ node: YAMLNode) throws(YAMLError) -> UnitFiles {
    var files = UnitFiles()
    guard let entries = node.entries else {
      throw YAMLError(node, "the files of a unit are a mapping from paths to texts")
    }
    for entry in entries {
      let text = try entry.value.plainText(entry.name)
      let isSame = machine.files.text(entry.name) == text
      let modified = isSame ? machine.files.node(entry.name)?.modified ?? 0 : 0
      let file = UnitFiles.File(path: entry.name, text: text, modified: modified)
      if entry.name.contains(".d/") { files.dropIns.append(file) } else { files.fragment = file }
    }
    return files
  }
}
