import Host
import Values
public import YAML

extension Machine {
  static let keys = [
    "machine", "os", "kernel", "memory", "iommu", "numa", "swap", "pci", "links", "modules", "packages", "units",
    "sysctl",
    "files", "mounts", "processes", "kubernetes", "time",
  ]

  /// The machine that a machine file describes.
  ///
  /// - Parameters:
  ///   - bytes: Its content, YAML.
  ///   - file: Its name, for errors.
  public static func load(_ bytes: [UInt8], file: String) throws(YAMLError) -> Machine {
    var machine = try MachineReader(try YAML.readOne(bytes, file: file)).machine
    machine.origin = Origin(source: Origin.Source(bytes, machine))
    return machine
  }
}

/// Reads a machine file: what is described first, then, over the ordinary machine of that description, what differs.
struct MachineReader {
  var machine: Machine
  let fields: Fields

  init(_ node: YAMLNode) throws(YAMLError) {
    fields = try Fields(node, "a machine file", Machine.keys)
    machine = Machine(blank: try fields.text("machine") ?? "machine")
    try readSystem()
    try readMemory()
    try readModules()
    try readSwap()
    try readDevices()
    try readLinks()
    let enabled = try readUnits()
    machine.complete(enabled: enabled)
    try readLoadedModules()
    try readFiles()
    try readSysctls()
    try readMounts()
    try readProcesses()
    try readUnitStates()
    try readTime()
    machine.packages = fields["packages"]?.value ?? .null
    machine.kubernetes = fields["kubernetes"]?.value ?? .null
  }

  // MARK: What is described

  private mutating func readSystem() throws(YAMLError) {
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

  private mutating func readIOMMU() throws(YAMLError) {
    var isOn: Bool?
    if let node = fields["iommu"] {
      let iommu = try Fields(node, "iommu", ["kind", "enabled"])
      machine.iommu.kind = try iommu.word("kind", IOMMU.Kind.self) ?? .intel
      isOn = try iommu.flag("enabled")
      if isOn == true, machine.iommu.kind == .none {
        throw YAMLError(node, "'kind: none' means that there is no IOMMU to enable")
      }
    }
    machine.iommu.isOn = isOn ?? IOMMU.isOn(machine.iommu.kind, cmdline: machine.kernel.cmdline)
  }

  private mutating func readMemory() throws(YAMLError) {
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

  private mutating func readHugePages(_ node: Int, _ entry: YAMLNode.Entry) throws(YAMLError) {
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

  private mutating func readModules() throws(YAMLError) {
    machine.modules.available = OrdinaryModules.available(machine.kernel)
    guard let modules = try moduleFields() else { return }
    for name in try modules.texts("missing") { machine.modules.available[name.moduleName] = nil }
    for name in try modules.texts("builtin") { machine.modules.builtin.insert(name.moduleName) }
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

  private func moduleFields() throws(YAMLError) -> Fields? {
    guard let node = fields["modules"] else { return nil }
    return try Fields(node, "modules", ["available", "missing", "builtin", "loaded", "unloaded", "busy"])
  }

  private mutating func readSwap() throws(YAMLError) {
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

  // MARK: What differs

  private mutating func readLoadedModules() throws(YAMLError) {
    guard let modules = try moduleFields(), modules["loaded"] != nil || modules["unloaded"] != nil else { return }
    for name in try modules.texts("unloaded") { machine.modules.loaded.remove(name.moduleName) }
    for node in modules["loaded"]?.elements ?? [] { try load(node, try node.plainText("loaded"), [:]) }
    for entry in modules["loaded"]?.entries ?? [] {
      var parameters: [String: String] = [:]
      for parameter in entry.value.entries ?? [] {
        parameters[parameter.name] = try parameter.value.plainText(parameter.name)
      }
      try load(entry.key, entry.name, parameters)
    }
    machine.sysctl = machine.ordinarySysctls
  }

  private mutating func load(_ node: YAMLNode, _ name: String, _ parameters: [String: String]) throws(YAMLError) {
    let name = name.moduleName
    guard let module = machine.modules.available[name] else {
      if machine.modules.builtin.contains(name) {
        machine.modules.parameters[name] = parameters
        return
      }
      throw YAMLError(
        node, "the module '\(name)' is loaded, but not available",
        hint: Suggestion.closest(to: name, in: machine.modules.available.keys).map { "did you mean '\($0)'?" }
          ?? "list it under 'available' too")
    }
    machine.modules.loaded.insert(name)
    if !parameters.isEmpty { machine.modules.parameters[name] = parameters }
    for dependency in module.depends + module.requests where !machine.modules.isPresent(dependency) {
      try load(node, dependency, [:])
    }
  }

  private mutating func readFiles() throws(YAMLError) {
    for entry in try fields.entries("files") {
      guard entry.name.hasPrefix("/"), !entry.name.split(separator: "/").contains("..") else {
        throw YAMLError(entry.key, "a file has an absolute path without '..', got '\(entry.name)'")
      }
      let path = canonical(entry.name)
      let node = try fileNode(entry)
      // What an ordinary machine has is just taken away.
      machine.files.set(path, node.content == .absent && machine.files[path] != nil ? nil : node)
    }
  }

  /// The path with the links on its way followed, as far as there are any.
  private func canonical(_ path: String) -> String {
    let parts = path.split(separator: "/")
    let parent = "/" + parts.dropLast().joined(separator: "/")
    guard let name = parts.last else { return "/" }
    if let canonical = machine.files.canonical(parent) { return canonical == "/" ? "/\(name)" : "\(canonical)/\(name)" }
    return parts.count > 1 ? canonical(parent) + "/\(name)" : path
  }

  private func fileNode(_ entry: YAMLNode.Entry) throws(YAMLError) -> FileTree.Node {
    if let scalar = entry.value.scalar {
      if scalar.value.isNull { return FileTree.Node(content: .file([]), mode: 0o644) }
      return FileTree.Node(content: .file(scalar.value.utf8OrBytes ?? Array(scalar.text.utf8)), mode: 0o644)
    }
    let fields = try Fields(entry.value, "a file", ["content", "link", "kind", "mode", "owner", "modified"])
    let kind = try fields.text("kind") ?? (fields["link"] != nil ? "link" : "file")
    var node: FileTree.Node
    switch kind {
    case "file":
      let scalar = fields["content"]?.scalar
      node = FileTree.Node(content: .file(scalar?.value.utf8OrBytes ?? Array((scalar?.text ?? "").utf8)), mode: 0o644)
    case "link": node = FileTree.Node(content: .link(try fields.required("link").plainText("link")), mode: 0o777)
    case "directory":
      // What an ordinary machine has in it stays.
      let former = machine.files[canonical(entry.name)]?.content
      if case .directory(let children)? = former {
        node = FileTree.Node(content: .directory(children), mode: 0o755)
      } else {
        node = FileTree.Node(content: .directory([:]), mode: 0o755)
      }
    case "device": node = FileTree.Node(content: .device, mode: 0o600)
    case "absent": node = FileTree.Node(content: .absent, mode: 0)
    default: throw YAMLError(entry.value, "a file's kind is file, link, directory, device or absent, got '\(kind)'")
    }
    if let mode = fields["mode"] {
      guard let text = mode.text, let bits = UInt16(text, radix: 8), bits <= 0o7777 else {
        throw YAMLError(mode, "'mode' has octal digits such as \"0644\", got \(mode.shown)")
      }
      node.mode = bits
    }
    if let owner = fields["owner"] { node.owner = try self.owner(owner) }
    node.modified = try fields.integer("modified") ?? node.modified
    return node
  }

  private func owner(_ node: YAMLNode) throws(YAMLError) -> Owner {
    let parts = (node.text ?? "").split(separator: ":").compactMap { UInt32($0) }
    guard parts.count == 2 else { throw YAMLError(node, "'owner' is USER:GROUP in numbers, got \(node.shown)") }
    return Owner(user: parts[0], group: parts[1])
  }

  private mutating func readSysctls() throws(YAMLError) {
    for entry in try fields.entries("sysctl") {
      let key = entry.name.sysctlPath
      if entry.value.isNull {
        machine.sysctl[key] = nil
      } else {
        machine.sysctl[key] = try entry.value.plainText(entry.name)
      }
    }
  }

  private mutating func readMounts() throws(YAMLError) {
    var described: [MountPoint] = []
    var targets: Set<String> = []
    for node in try fields.list("mounts") {
      let mount = try Fields(node, "a mount", ["target", "type", "source", "options", "busy"])
      let target = try mount.required("target").plainText("target")
      let type = try mount.required("type").plainText("type")
      targets.insert(target)
      if type == "none" { continue }
      let fallback = type == "hugetlbfs" ? "rw,pagesize=\(machine.defaultHugePageSize / ByteCount.mebi)M" : "rw"
      described.append(
        MountPoint(
          target: target, type: type, source: try mount.text("source") ?? type,
          options: try mount.text("options") ?? fallback, isBusy: try mount.flag("busy") ?? false))
      machine.files.setIfAbsent(directory: target)
    }
    machine.mounts.removeAll { targets.contains($0.target) }
    for mount in described { machine.addMount(mount) }
  }

  private mutating func readProcesses() throws(YAMLError) {
    for node in try fields.list("processes") {
      let process = try Fields(node, "a process", ["pid", "command", "open"])
      guard let pid = try process.integer("pid", in: 1...4_194_304) else {
        throw YAMLError(node, "a process needs 'pid'")
      }
      machine.processes.append(
        HolderProcess(pid: pid, command: try process.text("command") ?? "process", open: try process.texts("open")))
    }
  }

  private mutating func readTime() throws(YAMLError) {
    guard let node = fields["time"] else { return }
    let time = try Fields(node, "time", ["clock", "boots", "next_pid"])
    machine.clock = try time.integer("clock") ?? machine.clock
    machine.boots = try time.integer("boots", in: 0...1 << 30) ?? 0
    machine.nextPID = try time.integer("next_pid", in: 1...1 << 30) ?? machine.nextPID
  }
}

extension MachineReader {
  // MARK: Units

  static let unitKeys = [
    "state", "enabled", "fragment", "fails", "needs", "stale", "loaded", "running", "pid", "started",
  ]

  /// Reads which units there are; what they do needs the files. Answers those that are enabled.
  private mutating func readUnits() throws(YAMLError) -> Set<String> {
    var enabled = Set(OrdinaryUnits.running)
    let given = Set(try fields.entries("files").map { $0.name.split(separator: "/").last.map(String.init) ?? "" })
    for entry in try fields.entries("units") {
      guard entry.name.contains(".") else {
        throw YAMLError(entry.key, "a unit's name has its type, such as '\(entry.name).service'")
      }
      if entry.value.text == "absent" {
        enabled.remove(entry.name)
        continue
      }
      let fields = try unitFields(entry)
      var unit = Unit()
      let isDescribed = OrdinaryUnits.all.contains(entry.name) || !given.contains(entry.name)
      unit.fragment = try fields?.text("fragment") ?? (isDescribed ? OrdinaryUnits.fragment(entry.name) : nil)
      if unit.fragment == "none" { unit.fragment = nil }
      unit.fails = try fields?.text("fails")
      unit.needs = try fields?.texts("needs") ?? []
      machine.units[entry.name] = unit
      let state = try fields?.word("state", Unit.Activity.self)
      if try fields?.flag("enabled") ?? (state != .inactive && unit.fragment != nil) {
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

  private mutating func readUnitStates() throws(YAMLError) {
    machine.nextPID = Machine.firstPID
    var described: [String: YAMLNode.Entry] = [:]
    for entry in try fields.entries("units") { described[entry.name] = entry }
    for name in machine.units.keys.sorted() {
      guard let entry = described[name] else {
        // Files may have changed what an ordinary unit is.
        machine.settleUnit(name, isStale: false)
        continue
      }
      if entry.value.text == "absent" {
        machine.units[name] = nil
        continue
      }
      let fields = try unitFields(entry)
      let unit = machine.units[name]
      let fails = unit?.fails != nil || unit?.needs.contains { machine.files.node($0) == nil } == true
      var activity = try fields?.word("state", Unit.Activity.self) ?? (fails ? .restarting : .active)
      if OrdinaryUnits.done.contains(name), fields?["state"] == nil { activity = .exited }
      if name.hasSuffix(".mount") || name.hasSuffix(".swap") { activity = .inactive }
      machine.units[name]?.activity = activity
      machine.settleUnit(name, isStale: try fields?.flag("stale") ?? false)
      try readUnitPast(name, fields)
    }
  }

  /// What the manager and the process know is older than the files.
  private mutating func readUnitPast(_ name: String, _ fields: Fields?) throws(YAMLError) {
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

extension OperatingSystem {
  /// The kernel that the system's release came with.
  var ordinaryKernel: String {
    switch (id, version) {
    case ("debian", "11"): "5.10.0-32-amd64"
    case ("debian", "12"): "6.1.0-28-amd64"
    case ("debian", _): "6.12.0-1-amd64"
    case ("ubuntu", "22.04"): "5.15.0-126-generic"
    case ("ubuntu", "24.04"): "6.8.0-49-generic"
    default: "5.4.0-216-generic"
    }
  }
}
