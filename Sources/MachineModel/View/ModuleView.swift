/// `/sys/module`: loaded modules, and built-in ones that have parameters.
enum ModuleView {
  static let folder = Folder { machine in
    var entries: [String: Node] = [:]
    for module in machine.modules.loaded { entries[module] = .folder(folder(of: module, isLoaded: true)) }
    for module in machine.modules.builtin where OrdinaryModules.parameters[module] != nil {
      entries[module] = .folder(folder(of: module, isLoaded: false))
    }
    return entries
  }

  private static func folder(of name: String, isLoaded: Bool) -> Folder {
    Folder(governing: ["parameters", "refcnt", "holders", "initstate", "drivers"]) { machine in
      var entries: [String: Node] = [:]
      let defaults = OrdinaryModules.parameters[name] ?? [:]
      let names = Set(defaults.keys).union((machine.modules.parameters[name] ?? [:]).keys)
      if !names.isEmpty { entries["parameters"] = .all { _ in parameters(name, names) } }
      if isLoaded {
        entries["refcnt"] = .readable { "\($0.users(of: name))\n" }
        entries["initstate"] = .line("live")
        entries["holders"] = .all { machine in
          Dictionary(
            uniqueKeysWithValues: machine.dependents(of: name).map {
              ($0, SysPath.link(from: "module/\(name)/holders", to: "module/\($0)"))
            })
        }
      }
      return entries
    }
  }

  private static func parameters(_ module: String, _ names: Set<String>) -> [String: Node] {
    var entries: [String: Node] = [:]
    for name in names {
      let read: @Sendable (Machine) -> String = { machine in (machine.parameter(module, name) ?? "") + "\n" }
      entries[name] =
        OrdinaryModules.writableParameters.contains("\(module)/\(name)")
        ? .writable(read) { machine, text throws(Refusal) in try machine.writeParameter(module, name, text) }
        : .readable(read)
    }
    return entries
  }
}
