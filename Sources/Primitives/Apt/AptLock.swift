import Host

/// A lock of apt's or dpkg's that another process holds, as a program that wanted it says.
struct AptLock: CustomStringConvertible {
  /// The lock file, or dpkg's words for it.
  var subject: String
  var process: String?
  /// Whether the program has waited for it already.
  var wasWaitedFor: Bool

  var description: String { "\(process.map { "process \($0)" } ?? "another process"), which holds \(subject)" }

  /// The lock that kept a program from its work; nil if none did.
  init?(_ result: CommandResult, _ host: any Host) throws {
    guard !result.succeeded else { return nil }
    let text = AptOutput.text(result)
    var lines = text.split(whereSeparator: \.isNewline).map(String.init)
    wasWaitedFor = lines.contains { $0.contains("Waiting for cache lock") }
    guard
      lines.contains(where: {
        $0.hasPrefix("E: Unable to acquire the dpkg") || $0.hasPrefix("E: Unable to lock")
          || $0.hasPrefix("E: Could not get lock") || $0.contains("locked by another process")
      })
    else { return nil }
    subject = "dpkg's lock"
    lines.reverse()
    // apt: `Could not get lock PATH. It is held by process 4242 (apt-get)`
    if let line = lines.first(where: { $0.contains("Could not get lock ") && $0.contains("It is held by process ") }) {
      subject = Self.part(line, after: "Could not get lock ", until: ". It is held")
      process = Self.part(line, after: "It is held by process ", until: nil).trimmingDots
    } else if let line = lines.first(where: { $0.contains("by another process with pid ") }),
      let pid = Int(Self.part(line, after: "by another process with pid ", until: nil))
    {
      let name = try host.text("/proc/\(pid)/comm")
      process = "\(pid)" + (name.map { " (\($0))" } ?? "")
    }
  }

  private static func part(_ line: String, after start: String, until end: String?) -> String {
    guard let from = line.firstRange(of: start)?.upperBound else { return "" }
    let rest = line[from...]
    guard let end, let until = rest.firstRange(of: end)?.lowerBound else { return String(rest) }
    return String(rest[..<until])
  }

  func error(after seconds: Int) -> PrimitiveError {
    PrimitiveError(
      "\(subject) is held by \(process.map { "process \($0)" } ?? "another process") for longer than \(seconds) s",
      hint: "when it has ended, resume; `lock_timeout` gives it longer")
  }
}

extension String {
  /// Without the dots that end a sentence.
  fileprivate var trimmingDots: String {
    var text = self[...]
    while text.last == "." { text.removeLast() }
    return String(text)
  }
}
