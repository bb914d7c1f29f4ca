/// `/sys/devices/system/node` and what belongs to it.
enum NodeView {
  static let folder = Folder { machine in
    let list = ranges(machine.numa.keys.sorted())
    var entries: [String: Node] = [
      "online": .line(list), "possible": .line(list), "has_memory": .line(list), "has_cpu": .line(list),
    ]
    for node in machine.numa.keys { entries["node\(node)"] = .folder(folder(of: node)) }
    return entries
  }

  private static func folder(of number: Int) -> Folder {
    Folder(governing: ["hugepages", "cpulist", "meminfo"]) { machine in
      guard let node = machine.numa[number] else { return [:] }
      return [
        "cpulist": .line(node.cpus),
        "hugepages": .all { machine in HugePagesView.nodePools(machine, number) },
        "meminfo": .line("Node \(number) MemTotal:       \(node.memory / ByteCount.kibi) kB"),
      ]
    }
  }

  static let processors = Folder(governing: ["online", "present", "possible"]) { machine in
    let list = ranges(machine.processors)
    var entries: [String: Node] = ["online": .line(list), "present": .line(list), "possible": .line(list)]
    for number in machine.processors { entries["cpu\(number)"] = .folder(Folder(governs: { _ in false }) { _ in [:] }) }
    return entries
  }

  /// Numbers as the kernel lists them: `0-3,8`.
  private static func ranges(_ numbers: [Int]) -> String {
    var parts: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = parts.last, last.upperBound + 1 == number {
        parts[parts.count - 1] = last.lowerBound...number
      } else {
        parts.append(number...number)
      }
    }
    return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }
}

extension Machine {
  /// The numbers of all processors.
  var processors: [Int] {
    numa.values.flatMap { CPUList.numbers($0.cpus) ?? [] }.sorted()
  }
}

/// Lists of processors as the kernel prints them: `0-7,16-23`.
enum CPUList {
  /// nil if this is no such list, or reaches beyond what any kernel supports.
  static func numbers(_ text: String) -> [Int]? {
    var numbers: [Int] = []
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-").map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], 0 <= first,
        first <= last,
        last < 65536
      else { return nil }
      numbers += first...last
    }
    return numbers
  }
}

/// The `hugepages` directories.
enum HugePagesView {
  private static func name(_ size: Int) -> String { "hugepages-\(size / ByteCount.kibi)kB" }

  static func nodePools(_ machine: Machine, _ node: Int) -> [String: Node] {
    var pools: [String: Node] = [:]
    for size in (machine.numa[node]?.hugePages ?? [:]).keys {
      pools[name(size)] = .all { _ in
        [
          "nr_hugepages": .writable { machine in
            "\(machine.numa[node]?.hugePages[size]?.total ?? 0)\n"
          } _: { machine, text throws(Refusal) in
            try machine.writeHugePages(node: node, size: size, text)
          },
          "free_hugepages": .readable { "\($0.numa[node]?.hugePages[size]?.free ?? 0)\n" },
          "surplus_hugepages": .line(0),
        ]
      }
    }
    return pools
  }

  static func machinePools(_ machine: Machine) -> [String: Node] {
    var pools: [String: Node] = [:]
    for size in machine.hugePageSizes {
      pools[name(size)] = .all { _ in
        [
          "nr_hugepages": .writable { machine in
            "\(machine.hugePages(size, \.total))\n"
          } _: { machine, text throws(Refusal) in
            try machine.writeHugePages(size: size, text)
          },
          "free_hugepages": .readable { "\($0.hugePages(size, \.free))\n" },
          "resv_hugepages": .line(0), "surplus_hugepages": .line(0), "nr_overcommit_hugepages": .line(0),
        ]
      }
    }
    return pools
  }
}
