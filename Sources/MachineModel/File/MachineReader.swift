import Host
import Values
import YAML

/// Reads a machine file: what is described first, then, over the ordinary machine of that description, what differs.
struct MachineReader {
  var machine: Machine
  let fields: Fields

  init(_ node: YAMLNode) throws(YAMLError) {
    fields = try Fields(node, "a machine file", Machine.keys)
    machine = Machine(blank: try fields.text("machine") ?? "machine")
    try readSystem()
    try readPackages()
    try readMemory()
    try readModules()
    try readSwap()
    try readDevices()
    try readLinks()
    let enabled = try readUnits()
    try readKubernetes()
    machine.complete(enabled: enabled)
    try readLoadedModules()
    try readFiles()
    try readSysctls()
    try readMounts()
    try readProcesses()
    try readUnitStates()
    try readTime()
    try readRemote()
    try readFirewall()
    try readKubernetesState()
  }

  // MARK: What is described

  mutating func readSystem() throws(YAMLError) {
    if let node = fields["os"] {
      let os = try Fields(node, "os", ["id", "version"])
      machine.os.id = try os.text("id") ?? machine.os.id
      machine.os.version = try os.text("version") ?? machine.os.version
    }
    machine.kernel.release = machine.os.ordinaryKernel
    var cmdline = ""
    var next: String?
    if let node = fields["kernel"] {
      let kernel = try Fields(node, "kernel", ["release", "cmdline", "next_cmdline"])
      machine.kernel.release = try kernel.text("release") ?? machine.kernel.release
      cmdline = try kernel.text("cmdline") ?? ""
      next = try kernel.text("next_cmdline")
    }
    machine.kernel.cmdline = full(cmdline)
    machine.kernel.nextCmdline = next.map(full) ?? machine.kernel.cmdline
    try readIOMMU()
  }

  /// Words that no boot loader gives alone stand behind those that it always gives.
  private func full(_ cmdline: String) -> String {
    let words = cmdline.words
    let isWhole = words.contains { $0.hasPrefix("BOOT_IMAGE=") || $0.hasPrefix("root=") }
    let extra = words.joined(separator: " ")
    return isWhole ? extra : BootLoader.ordinaryCmdline(machine, extra: extra)
  }

  mutating func readIOMMU() throws(YAMLError) {
    var isOn: Bool?
    if let node = fields["iommu"] {
      let iommu = try Fields(node, "iommu", ["kind", "enabled"])
      machine.iommu.kind = try iommu.word("kind", IOMMU.Kind.self) ?? .intel
      isOn = try iommu.flag("enabled")
      if isOn == true, machine.iommu.kind == .none {
        throw YAMLError(node, "'kind: none' means that there is no IOMMU to enable")
      }
    }
    machine.iommu.settle(isOn: isOn, cmdline: machine.kernel.cmdline)
  }

  mutating func readMemory() throws(YAMLError) {
    let memory = try fields.size("memory")
    let nodes = try fields.list("numa")
    if nodes.isEmpty, let memory {
      // The same memory on two nodes, as an ordinary machine has it.
      for node in 0...1 { machine.numa[node] = NumaNode(memory: memory / 2, cpus: "\(node * 16)-\(node * 16 + 15)") }
    }
    for (index, node) in nodes.enumerated() {
      let numa = try Fields(node, "a NUMA node", ["node", "memory", "cpus", "hugepages"])
      let number = try numa.integer("node", in: 0...1023) ?? index
      guard machine.numa[number] == nil else { throw YAMLError(node, "NUMA node \(number) is described twice") }
      let size = try numa.size("memory") ?? memory.map { $0 / nodes.count } ?? 64 * ByteCount.gibi
      let cpus = try numa.text("cpus") ?? "\(index * 16)-\(index * 16 + 15)"
      guard CPUList.numbers(cpus) != nil else {
        throw YAMLError(node, "'cpus' lists processors as the kernel does, such as \"0-7,16-23\", got '\(cpus)'")
      }
      machine.numa[number] = NumaNode(memory: size, cpus: cpus)
      for entry in try numa.entries("hugepages") { try readHugePages(number, entry) }
    }
  }

  mutating func readHugePages(_ node: Int, _ entry: YAMLNode.Entry) throws(YAMLError) {
    let size = try entry.key.size("hugepages")
    guard size >= 64 * ByteCount.kibi, size.nonzeroBitCount == 1 else {
      throw YAMLError(entry.key, "huge pages are of 2MiB, 1GiB or another power of two, got '\(entry.name)'")
    }
    if entry.value.text == "none" {
      machine.numa[node]?.hugePages[size] = nil
      return
    }
    let fields = try Fields(entry.value, "a pool of huge pages", ["total", "used", "available"])
    var pool =
      machine.numa[node]?.hugePages[size]
      ?? HugePagePool(capacity: NumaNode.ordinaryCapacity(machine.numa[node]?.memory ?? 0, size))
    pool.total = try fields.integer("total", in: 0...1 << 30) ?? 0
    pool.used = try fields.integer("used", in: 0...1 << 30) ?? 0
    guard pool.used <= pool.total else { throw YAMLError(entry.value, "\(pool.used) pages are used of \(pool.total)") }
    if let available = try fields.integer("available", in: 0...1 << 30) { pool.capacity = pool.total + available }
    machine.numa[node]?.hugePages[size] = pool
  }

  mutating func readModules() throws(YAMLError) {
    machine.modules.available = OrdinaryModules.available(machine.kernel)
    guard let modules = try moduleFields() else { return }
    for name in try modules.texts("missing") { machine.modules.available[name.moduleName] = nil }
    for name in try modules.texts("builtin") { machine.modules.builtin.insert(name.moduleName) }
    for name in try modules.texts("at_boot") { machine.modules.atBoot.insert(name.moduleName) }
    for name in try modules.texts("busy") { machine.modules.busy.insert(name.moduleName) }
    guard let available = modules["available"] else { return }
    for name in available.elements ?? [] {
      let name = try name.plainText("available").moduleName
      if machine.modules.available[name] == nil { machine.modules.available[name] = Module() }
    }
    for entry in available.entries ?? [] {
      var module = machine.modules.available[entry.name.moduleName] ?? Module()
      if !entry.value.isNull {
        let fields = try Fields(entry.value, "a module", ["depends", "fails"])
        if fields["depends"] != nil { module.depends = try fields.texts("depends").map(\.moduleName) }
        module.fails = try fields.text("fails")
      }
      machine.modules.available[entry.name.moduleName] = module
    }
    guard available.elements != nil || available.entries != nil else {
      throw YAMLError(available, "'available' is a list of modules, or a mapping from modules to what is known of them")
    }
  }

  func moduleFields() throws(YAMLError) -> Fields? {
    guard let node = fields["modules"] else { return nil }
    return try Fields(node, "modules", ["available", "missing", "builtin", "loaded", "unloaded", "at_boot", "busy"])
  }

  mutating func readSwap() throws(YAMLError) {
    for node in try fields.list("swap") {
      let swap = try Fields(node, "a swap area", ["path", "size", "source", "spec", "enabled", "priority", "type"])
      let path = try swap.required("path").plainText("path")
      let type = try swap.text("type") ?? (path.hasPrefix("/dev/") ? "partition" : "file")
      guard type == "file" || type == "partition" else {
        throw YAMLError(node, "the type of a swap area is 'file' or 'partition', got '\(type)'")
      }
      var area = SwapArea(
        path: path, size: try swap.size("size") ?? 2 * ByteCount.gibi, isPartition: type == "partition")
      area.spec = try swap.text("spec")
      area.source = try swap.word("source", SwapArea.Source.self) ?? .fstab
      area.isOn = try swap.flag("enabled") ?? true
      area.priority = area.isOn ? try swap.integer("priority", in: -1...32767) ?? -2 - machine.swap.count : -1
      machine.swap.append(area)
    }
    machine.renumberSwap()
  }
}
