import Values

/// Writes a machine file: what is described, and what differs from the ordinary machine of that description.
struct MachineWriter {
  let machine: Machine
  /// The ordinary machine of the same description, as far as modules, mounts and files.
  let ordinary: Machine
  let enabled: Set<String>

  init(_ machine: Machine) {
    self.machine = machine
    let enabled = Set(machine.units.keys.filter { UnitInstallation.isEnabled($0, in: machine.files) })
    var ordinary = machine
    ordinary.completeAllButUnits(enabled: enabled)
    self.ordinary = ordinary
    self.enabled = enabled
  }

  var document: ValueMap {
    var map: ValueMap = ["machine": .string(machine.name)]
    map["os"] = ["id": .string(machine.os.id), "version": .string(machine.os.version)]
    map["kernel"] = .map(kernel)
    map["iommu"] = iommu
    map["numa"] = .array(machine.numa.keys.sorted().map(node))
    func put(_ key: String, _ value: Value) {
      if value.map?.isEmpty != true, value.array?.isEmpty != true, !value.isNull { map[key] = value }
    }
    put("swap", .array(machine.swap.map(swap)))
    put("pci", .array(machine.pci.keys.sorted().compactMap(device)))
    put("links", .array(machine.links.values.sorted { $0.name < $1.name }.map { .map(link($0, isHardware: false)) }))
    put("modules", .map(modules))
    put("packages", .map(packages))
    put("remote", .map(remote))
    let files = files
    put("units", .map(units(in: files)))
    put("sysctl", .map(sysctls))
    put("sysctl_at_boot", .map(atBoot))
    put("files", .map(files))
    put("mounts", .array(mounts))
    put("processes", .array(machine.processes.map(process)))
    put("firewall", .map(firewall))
    put("kubernetes", .map(kubernetes))
    put("time", .map(time))
    return map
  }

  private var kernel: ValueMap {
    var map: ValueMap = ["release": .string(machine.kernel.release)]
    map["cmdline"] = .string(BootLoader.extraWords(machine) ?? machine.kernel.cmdline)
    if machine.kernel.nextCmdline != machine.kernel.cmdline {
      map["next_cmdline"] = .string(machine.kernel.nextCmdline)
    }
    return map
  }

  private var iommu: Value {
    ["kind": .string(machine.iommu.kind.rawValue), "enabled": .boolean(machine.iommu.isOn)]
  }

  private func node(_ number: Int) -> Value {
    guard let node = machine.numa[number] else { return .null }
    var map: ValueMap = [
      "node": .integer(number), "memory": .string(ByteCount.text(node.memory)), "cpus": .string(node.cpus),
    ]
    var pools: ValueMap = [:]
    for (size, fallback) in NumaNode(memory: node.memory, cpus: "").hugePages.sorted(by: { $0.key > $1.key })
    where node.hugePages[size] != fallback {
      pools[ByteCount.text(size)] = node.hugePages[size].map { .map(pool($0, fallback)) } ?? "none"
    }
    if !pools.isEmpty { map["hugepages"] = .map(pools) }
    return .map(map)
  }

  private func pool(_ pool: HugePagePool, _ fallback: HugePagePool) -> ValueMap {
    var map: ValueMap = ["total": .integer(pool.total)]
    if pool.used != 0 { map["used"] = .integer(pool.used) }
    if pool.capacity != fallback.capacity { map["available"] = .integer(pool.available) }
    return map
  }

  private func swap(_ area: SwapArea) -> Value {
    var map: ValueMap = ["path": .string(area.path), "size": .string(ByteCount.text(area.size))]
    if area.isPartition != area.path.hasPrefix("/dev/") { map["type"] = area.isPartition ? "partition" : "file" }
    if area.source != .fstab { map["source"] = .string(area.source.rawValue) }
    if let spec = area.spec { map["spec"] = .string(spec) }
    if !area.isOn { map["enabled"] = false }
    if area.isOn, area.priority >= 0 { map["priority"] = .integer(area.priority) }
    return .map(map)
  }

  private func process(_ process: HolderProcess) -> Value {
    [
      "pid": .integer(process.pid), "command": .string(process.command),
      "open": .array(process.open.map(Value.string)),
    ]
  }

  private var modules: ValueMap {
    var map: ValueMap = [:]
    let known = OrdinaryModules.available(machine.kernel)
    let missing = known.keys.filter { machine.modules.available[$0] == nil }.sorted()
    if !missing.isEmpty { map["missing"] = .array(missing.map(Value.string)) }
    var available: ValueMap = [:]
    for (name, module) in machine.modules.available.sorted(by: { $0.key < $1.key }) where known[name] != module {
      var description: ValueMap = [:]
      if module.depends != known[name]?.depends ?? [] {
        description["depends"] = .array(module.depends.map(Value.string))
      }
      if let fails = module.fails { description["fails"] = .string(fails) }
      available[name] = description.isEmpty ? .null : .map(description)
    }
    if !available.isEmpty { map["available"] = .map(available) }
    if !machine.modules.builtin.isEmpty { map["builtin"] = .array(machine.modules.builtin.sorted().map(Value.string)) }
    var loaded: ValueMap = [:]
    let parameters = machine.modules.parameters
    for name in machine.modules.loaded.union(parameters.keys).sorted()
    where !ordinary.modules.loaded.contains(name) || parameters[name] != nil {
      loaded[name] = parameters[name].map { .map(texts($0)) } ?? .null
    }
    if !loaded.isEmpty { map["loaded"] = .map(loaded) }
    let unloaded = ordinary.modules.loaded.subtracting(machine.modules.loaded).sorted()
    if !unloaded.isEmpty { map["unloaded"] = .array(unloaded.map(Value.string)) }
    if !machine.modules.atBoot.isEmpty { map["at_boot"] = .array(machine.modules.atBoot.sorted().map(Value.string)) }
    if !machine.modules.busy.isEmpty { map["busy"] = .array(machine.modules.busy.sorted().map(Value.string)) }
    return map
  }

  private func texts(_ texts: [String: String]) -> ValueMap {
    ValueMap(uniqueKeysWithValues: texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
  }

  private var sysctls: ValueMap {
    let ordinary = machine.ordinarySysctls
    var map: ValueMap = [:]
    for key in Set(machine.sysctl.keys).union(ordinary.keys).sorted() where machine.sysctl[key] != ordinary[key] {
      map[key.sysctlName] = machine.sysctl[key].map(Value.string) ?? .null
    }
    return map
  }

  private var atBoot: ValueMap {
    ValueMap(
      uniqueKeysWithValues: machine.sysctlAtBoot.sorted { $0.key < $1.key }.map {
        ($0.key.sysctlName, .string($0.value))
      })
  }

  private var mounts: [Value] {
    var values: [Value] = []
    let targets = Set((machine.mounts + ordinary.mounts).map(\.target)).sorted()
    for target in targets {
      let mounts = machine.mounts.filter { $0.target == target }
      guard mounts != ordinary.mounts.filter({ $0.target == target }) else { continue }
      if mounts.isEmpty { values.append(["target": .string(target), "type": "none"]) }
      for mount in mounts {
        var map: ValueMap = [
          "target": .string(target), "type": .string(mount.type), "source": .string(mount.source),
          "options": .string(mount.options),
        ]
        if mount.isBusy { map["busy"] = true }
        values.append(.map(map))
      }
    }
    return values
  }

  private var time: ValueMap {
    var map: ValueMap = [:]
    if machine.clock != Clock.start { map["clock"] = .integer(machine.clock) }
    if machine.boots != 0 { map["boots"] = .integer(machine.boots) }
    let processes = machine.units.values.count { $0.process != nil }
    if machine.nextPID != Machine.firstPID + processes { map["next_pid"] = .integer(machine.nextPID) }
    return map
  }
}
