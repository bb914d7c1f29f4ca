/// `/proc/<pid>`
enum ProcessView {
  /// A process that holds something.
  static func holder(_ process: HolderProcess) -> Folder {
    Folder { _ in
      [
        "comm": .line(process.command), "cmdline": .readable { _ in process.command + "\0" },
        "fd": .all { _ in
          var links: [String: Node] = ["0": .link("/dev/null")]
          for (index, path) in process.open.enumerated() { links[String(index + 3)] = .link(path) }
          return links
        },
      ]
    }
  }

  /// The main process of a service.
  static func service(_ name: String, _ process: UnitProcess, _ text: UnitText) -> Folder {
    let command = text.list("Service", "ExecStart").last.map(UnitText.words) ?? []
    let program = command.first.map { String($0.drop { "@-:+!".contains($0) }) } ?? ""
    let environment = text.list("Service", "Environment").flatMap(UnitText.words)
    return Folder { _ in
      [
        "comm": .line(String(program.split(separator: "/").last ?? "").prefix(15).description),
        "cmdline": .readable { _ in ([program] + command.dropFirst()).map { $0 + "\0" }.joined() },
        "environ": .readable { _ in environment.map { $0 + "\0" }.joined() },
        "limits": .readable { _ in ResourceLimit.table(text) },
        "cgroup": .line("0::/system.slice/\(name)"),
        "fd": .all { _ in ["0": .link("/dev/null")] },
      ]
    }
  }
}
