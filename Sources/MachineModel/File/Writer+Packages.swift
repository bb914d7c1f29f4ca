import Values

extension MachineWriter {
  var packages: ValueMap {
    var map: ValueMap = [:]
    let packages = machine.packages
    var installed: ValueMap = [:]
    let ordinary = OrdinaryPackages.installed(machine.os)
    for name in Set(packages.installed.keys).union(ordinary.keys).sorted()
    where packages.installed[name] != ordinary[name] {
      installed[name] = packages.installed[name].map(value) ?? "absent"
    }
    if !installed.isEmpty { map["installed"] = .map(installed) }
    func put<T>(_ key: String, _ entries: [String: T], _ value: (T) -> Value) {
      guard !entries.isEmpty else { return }
      map[key] = .map(
        ValueMap(uniqueKeysWithValues: entries.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) }))
    }
    put("available", packages.repositories, value)
    put("contents", packages.contents, value)
    put("on_offer", packages.onOffer) { .array($0.map(Value.string)) }
    if !packages.isNetworkThere { map["network"] = false }
    if let lock = packages.lock {
      map["lock"] = [
        "pid": .integer(lock.pid), "command": .string(lock.command),
        "seconds": .integer((lock.until - Clock.start) / 1_000_000),
      ]
    }
    return map
  }

  private func value(_ package: InstalledPackage) -> Value {
    if package == InstalledPackage(version: package.version) { return .string(package.version) }
    var map: ValueMap = ["version": .string(package.version)]
    if package.status != .installed { map["state"] = .string(package.status.rawValue) }
    if package.isAuto { map["auto"] = true }
    if package.isHeld { map["held"] = true }
    return .map(map)
  }

  private func value(_ repository: PackageRepository) -> Value {
    switch repository {
    case .unreachable: "unreachable"
    case .missing: "missing"
    case .packages(let packages):
      .map(
        ValueMap(
          uniqueKeysWithValues: packages.sorted { $0.key < $1.key }
            .map { ($0.key, .array($0.value.map(Value.string))) }))
    }
  }

  private func value(_ contents: PackageContents) -> Value {
    var map: ValueMap = [:]
    func put(_ key: String, _ texts: [String]) {
      if !texts.isEmpty { map[key] = .array(texts.map(Value.string)) }
    }
    func put(_ key: String, _ texts: [String: String]) {
      guard !texts.isEmpty else { return }
      map[key] = .map(
        ValueMap(uniqueKeysWithValues: texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
    put("depends", contents.depends)
    put("recommends", contents.recommends)
    put("files", contents.files)
    put("conffiles", contents.conffiles)
    put("programs", contents.programs)
    if !contents.units.isEmpty {
      map["units"] = .map(
        ValueMap(uniqueKeysWithValues: contents.units.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) }))
    }
    if let fails = contents.fails { map["fails"] = .string(fails) }
    if contents.seconds != 0 { map["seconds"] = .integer(contents.seconds) }
    return .map(map)
  }

  private func value(_ unit: PackageContents.Unit) -> Value {
    var map: ValueMap = ["text": .string(unit.text)]
    if !unit.needs.isEmpty { map["needs"] = .array(unit.needs.map(Value.string)) }
    if !unit.isStarted { map["started"] = false }
    return .map(map)
  }
}
