import Host
import Values
import YAML

extension MachineReader {
  // MARK: What differs

  mutating func readLoadedModules() throws(YAMLError) {
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

  mutating func readFiles() throws(YAMLError) {
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
    let fields = try Fields(entry.value, "a file", ["content", "link", "kind", "implied", "mode", "owner", "modified"])
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
      node.isImplied = try fields.flag("implied") ?? false
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

  mutating func readSysctls() throws(YAMLError) {
    for entry in try fields.entries("sysctl_at_boot") {
      machine.sysctlAtBoot[entry.name.sysctlPath] = try entry.value.plainText(entry.name)
    }
    for entry in try fields.entries("sysctl") {
      let key = entry.name.sysctlPath
      if entry.value.isNull {
        machine.sysctl[key] = nil
      } else {
        machine.sysctl[key] = try entry.value.plainText(entry.name)
      }
    }
  }

  mutating func readMounts() throws(YAMLError) {
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

  mutating func readProcesses() throws(YAMLError) {
    for node in try fields.list("processes") {
      let process = try Fields(node, "a process", ["pid", "command", "open"])
      guard let pid = try process.integer("pid", in: 1...4_194_304) else {
        throw YAMLError(node, "a process needs 'pid'")
      }
      machine.processes.append(
        HolderProcess(pid: pid, command: try process.text("command") ?? "process", open: try process.texts("open")))
    }
  }

  mutating func readTime() throws(YAMLError) {
    guard let node = fields["time"] else { return }
    let time = try Fields(node, "time", ["clock", "boots", "next_pid"])
    machine.clock = try time.integer("clock") ?? machine.clock
    machine.boots = try time.integer("boots", in: 0...1 << 30) ?? 0
    machine.nextPID = try time.integer("next_pid", in: 1...1 << 30) ?? machine.nextPID
  }
}
