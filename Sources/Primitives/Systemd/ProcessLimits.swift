import Host
import Values

/// The soft resource limits of a process, from `/proc/<pid>/limits` (proc_pid_limits(5)).
struct ProcessLimits {
  private var soft: [String: Int] = [:]

  /// The row of a unit's property there; nil for a property that is no limit.
  static func title(of property: String) -> String? {
    switch property {
    case "LimitNOFILE": "Max open files"
    case "LimitMEMLOCK": "Max locked memory"
    case "LimitNPROC": "Max processes"
    case "LimitCORE": "Max core file size"
    case "LimitSTACK": "Max stack size"
    default: nil
    }
  }

  static func of(_ process: Int, _ host: any Host) throws -> ProcessLimits {
    var limits = ProcessLimits()
    for line in (try host.text("/proc/\(process)/limits") ?? "").split(separator: "\n").dropFirst() {
      // The title is padded to 26 columns, each limit to 21.
      let title = line.prefix(26).reversed().drop { $0 == " " }.reversed()
      guard let value = line.dropFirst(26).split(separator: " ").first else { continue }
      limits.soft[String(title)] = value == "unlimited" ? .max : Int(value)
    }
    return limits
  }

  func shows(_ wanted: ValueMap) -> Bool {
    wanted.allSatisfy { property, value in Self.title(of: property).flatMap { soft[$0] } == value.integer }
  }
}
