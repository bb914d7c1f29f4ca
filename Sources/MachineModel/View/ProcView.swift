/// `/proc`
enum ProcView {
  private static let governed: Set<String> = [
    "cmdline", "swaps", "modules", "mounts", "meminfo", "self", "sys", "net", "version", "filesystems",
  ]

  static let folder = Folder(governs: { governed.contains($0) }) { machine in
    var entries: [String: Node] = [
      "cmdline": .readable { $0.kernel.cmdline + "\n" },
      "swaps": .readable { $0.swapsText },
      "modules": .readable(modules),
      "mounts": .link("self/mounts"),
      "meminfo": .readable(meminfo),
      "version": .readable { "Linux version \($0.kernel.release) (gcc) #1 SMP\n" },
      "filesystems": .readable { _ in "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\thugetlbfs\n\text4\n" },
      "self": .folder(
        Folder(governing: ["mountinfo", "mounts"]) { _ in
          ["mountinfo": .readable(mountinfo), "mounts": .readable(mounts)]
        }),
      "sys": .folder(ProcSysView.folder("")),
      "net": .folder(ProcNetView.folder),
    ]
    for process in machine.processes { entries[String(process.pid)] = .folder(ProcessView.holder(process)) }
    for (name, unit) in machine.units {
      guard let process = unit.process, let files = process.files else { continue }
      entries[String(process.pid)] = .folder(ProcessView.service(name, process, UnitText(files)))
    }
    return entries
  }

  private static func modules(_ machine: Machine) -> String {
    machine.modules.loaded.sorted().map { name in
      let holders = machine.dependents(of: name).map { $0 + "," }.joined()
      return "\(name) 16384 \(machine.users(of: name)) \(holders.isEmpty ? "-" : holders) Live 0x0000000000000000\n"
    }.joined()
  }

  private static func meminfo(_ machine: Machine) -> String {
    func line(_ name: String, _ kibibytes: Int) -> String {
      let number = String(kibibytes)
      let label = name + ":"
      return label + String(repeating: " ", count: max(1, 24 - label.count - number.count)) + number + " kB\n"
    }
    let total = machine.numa.values.reduce(0) { $0 + $1.memory } / ByteCount.kibi
    let huge = machine.hugePageSizes.reduce(0) { $0 + machine.hugePages($1, \.total) * ($1 / ByteCount.kibi) }
    let swap = machine.swap.filter(\.isOn).reduce(0) { $0 + $1.size } / ByteCount.kibi
    let size = machine.defaultHugePageSize
    return line("MemTotal", total) + line("MemFree", max(0, total - huge) / 10 * 9) + line("SwapTotal", swap)
      + line("SwapFree", swap)
      + "HugePages_Total: \(machine.hugePages(size, \.total))\nHugePages_Free: \(machine.hugePages(size, \.free))\n"
      + line("Hugepagesize", size / ByteCount.kibi) + line("Hugetlb", huge)
  }

  private static func mountinfo(_ machine: Machine) -> String {
    var text = ""
    for (index, mount) in machine.mounts.enumerated() {
      let parent = mount.target == "/" ? 1 : 21
      text += "\(21 + index) \(parent) 0:\(20 + index) / \(escaped(mount.target)) rw,relatime"
      text += " - \(mount.type) \(escaped(mount.source)) \(mount.options)\n"
    }
    return text
  }

  private static func mounts(_ machine: Machine) -> String {
    machine.mounts.map { "\(escaped($0.source)) \(escaped($0.target)) \($0.type) \($0.options) 0 0\n" }.joined()
  }

  /// Space, tab, newline and backslash as octal escapes (mangle_path of fs/seq_file.c).
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case " ", "\t", "\n", "\\":
        let octal = String(character.value, radix: 8)
        escaped += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
