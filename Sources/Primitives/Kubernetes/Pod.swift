import Host
import Values

/// A pod as the API server shows it.
struct Pod {
  let object: Value

  var name: String { object["metadata", "name"]?.string ?? "" }
  var node: String? { object["spec", "nodeName"]?.string }
  var phase: String { object["status", "phase"]?.string ?? "" }
  /// Whether it is on its way out.
  var isEnding: Bool { object["metadata", "deletionTimestamp"] != nil }
  /// Whether all that it had to do is done, well or not.
  var isOver: Bool { phase == "Succeeded" || phase == "Failed" }

  var statuses: [Value] { object["status", "containerStatuses"]?.array ?? [] }
  var allStatuses: [Value] { (object["status", "initContainerStatuses"]?.array ?? []) + statuses }

  /// Whether it runs on this machine, whose node has the machine's name unless it was told otherwise.
  func isOn(_ host: any Host) -> Bool { node == host.name.lowercased() }

  func condition(_ type: String) -> Value? {
    object["status", "conditions"]?.array?.first { $0["type"]?.string == type }
  }

  /// When its containers started, in seconds since the epoch; those that do not run are left out.
  var starts: [Int] { statuses.compactMap { Instant.seconds($0["state", "running", "startedAt"]?.string) } }

  /// Whether it runs with all containers ready.
  ///
  /// - Parameter boot: when this machine started. What a pod on it is said to do since before is what it did before the
  ///   reboot: the API server repeats that until the kubelet has looked.
  func isReady(since boot: Int?) -> Bool {
    condition("Ready")?["status"] == "True" && starts.allSatisfy { start in boot.map { start >= $0 } ?? true }
  }
}

/// When this machine started.
enum BootTime {
  /// In seconds since the epoch: `btime` of `/proc/stat` (proc_stat(5)); nil where it does not say.
  static func seconds(_ host: any Host) throws -> Int? {
    let line = (try host.text("/proc/stat") ?? "").split(separator: "\n").first { $0.hasPrefix("btime ") }
    return line.flatMap { Int($0.dropFirst(6)) }
  }
}
