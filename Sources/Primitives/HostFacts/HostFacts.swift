import Host
import Values

struct HostFacts: Query {
  static let name = "host.facts"
  static let summary = "What this machine is."
  static let answers = """
    a table of `name`, `os` (`id`, `version` of /etc/os-release), `kernel` (release), `memory` (MiB), `cpus`, and `program` (the path of \
    vsrrun itself, for units that start it)
    """
  static let answerType = """
    { name: string, os: { id: string, version: string }, kernel: string, memory: integer, cpus: integer, program: string }
    """
  static let example = #"if host.facts().os.id ~= "ubuntu" then … end"#

  func answer(_ context: Context) throws -> Value {
    let host = context.host
    let release = Self.assignments(try host.text("/etc/os-release") ?? "")
    let memory = (try host.text("/proc/meminfo") ?? "").split(separator: "\n")
      .first { $0.hasPrefix("MemTotal:") }?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    let cpus = try host.listIfPresent("/sys/devices/system/cpu")
      .filter { $0.hasPrefix("cpu") && Int($0.dropFirst(3)) != nil }.count
    return [
      "name": .string(host.name),
      "os": ["id": .string(release["ID"] ?? "linux"), "version": .string(release["VERSION_ID"] ?? "")],
      "kernel": .string(try host.text("/proc/sys/kernel/osrelease") ?? ""),
      "memory": .integer((memory ?? 0) >> 10), "cpus": .integer(cpus), "program": .string(context.program),
    ]
  }

  /// The assignments of an os-release(5) file.
  private static func assignments(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      values[String(parts[0])] = parts[1].filter { $0 != "\"" && $0 != "'" }
    }
    return values
  }
}
