import Host
import Values

/// One line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
struct MountEntry: Codable, Equatable {
  var target: String
  var type: String
  var source: String
  /// The file system's own options.
  var options: [String]
  /// The options of this mount of it: `nosuid`, `relatime`, `ro`.
  var flags: [String]

  /// All mounts; a later one at the same target covers an earlier one.
  static func all(_ host: any Host) throws -> [MountEntry] {
    (try host.text("/proc/self/mountinfo") ?? "").split(separator: "\n").compactMap(MountEntry.init(line:))
  }

  init?(line: Substring) {
    let fields = line.split(separator: " ")
    guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count >= dash + 3 else { return nil }
    target = unescaped(fields[4])
    type = String(fields[dash + 1])
    source = unescaped(fields[dash + 2])
    options = fields.count > dash + 3 ? fields[dash + 3].split(separator: ",").map(String.init) : []
    flags = fields[5].split(separator: ",").map(String.init)
  }

  /// Whether this mount has an option; sizes are compared as sizes: the kernel shows `pagesize=1G` as `pagesize=1024M`.
  func has(_ option: Substring) -> Bool {
    (options + flags).contains { shown in
      if shown == option { return true }
      let shown = shown.split(separator: "=", maxSplits: 1)
      let wanted = option.split(separator: "=", maxSplits: 1)
      guard shown.count == 2, wanted.count == 2, shown[0] == wanted[0],
        let size = ByteSize(shown[1]), let wantedSize = ByteSize(wanted[1])
      else { return false }
      return size == wantedSize
    }
  }
}

struct MountList: Query {
  static let name = "mount.list"
  static let summary = "What is mounted, from /proc/self/mountinfo, in the order of mounting."
  static let answers = """
    a list of tables of `target`, `type`, `source`, `options` (a list of those of the file system) and `flags` (a list of those of this \
    mount of it, such as `nosuid`)
    """
  static let answerType = "{ target: string, type: string, source: string, options: string[], flags: string[] }[]"
  static let example = "for _, m in ipairs(mount.list()) do … end"

  func answer(_ context: Context) throws -> Value {
    .array(
      try MountEntry.all(context.host).map {
        [
          "target": .string($0.target), "type": .string($0.type), "source": .string($0.source),
          "options": .array($0.options.map { .string($0) }), "flags": .array($0.flags.map { .string($0) }),
        ]
      })
  }
}
