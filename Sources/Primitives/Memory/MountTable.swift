import Host
import Values

/// One line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
struct MountEntry: Codable, Equatable {
  var target: String
  var type: String
  var source: String
  /// The file system's own options.
  var options: [String]

  /// All mounts; a later one at the same target covers an earlier one.
  static func all(_ host: any Host) throws -> [MountEntry] {
    (try host.text("/proc/self/mountinfo") ?? "").split(separator: "\n").compactMap(MountEntry.init(line:))
  }

  init?(line: Substring) {
    let fields = line.split(separator: " ")
    guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count >= dash + 3 else { return nil }
    target = Self.unescaped(fields[4])
    type = String(fields[dash + 1])
    source = Self.unescaped(fields[dash + 2])
    options = fields.count > dash + 3 ? fields[dash + 3].split(separator: ",").map(String.init) : []
  }

  /// Space, tab, newline and backslash stand as `\040` and the like.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), rest.count >= 3,
        let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether this mount has an option; sizes are compared as sizes: the kernel shows `pagesize=1G` as `pagesize=1024M`.
  func has(_ option: Substring) -> Bool {
    options.contains { shown in
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
  static let answers = "a list of tables of `target`, `type`, `source` and `options` (a list)"
  static let example = "for _, m in ipairs(mount.list()) do … end"

  func answer(_ context: Context) throws -> Value {
    .array(
      try MountEntry.all(context.host).map {
        [
          "target": .string($0.target), "type": .string($0.type), "source": .string($0.source),
          "options": .array($0.options.map { .string($0) }),
        ]
      })
  }
}
