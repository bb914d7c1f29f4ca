import Glibc

/// The processes of a session (setsid(2)), whatever process groups they have made.
struct Session {
  /// The session's identifier, which is that of the process that began it.
  let id: pid_t

  /// Asks the session to end (SIGTERM), and makes it end (SIGKILL) if it has not after `grace`.
  func end(grace: Duration = .seconds(5)) async {
    let limit = ContinuousClock.now + grace
    signal(SIGTERM)
    while ContinuousClock.now < limit {
      if members.isEmpty { return }
      try? await Task.sleep(for: .milliseconds(20))
    }
    signal(SIGKILL)
  }

  /// The identifiers of its processes, without those that have ended and are only not reaped yet.
  var members: [pid_t] {
    let names = (try? directoryNames("/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { Self.session(of: $0) == id }
  }

  private func signal(_ number: Int32) {
    // To the process group at once, so that nothing forks its way out; then to those that left the group.
    kill(-id, number)
    for process in members where getpgid(process) != id { kill(process, number) }
  }

  /// The session of a process that has not ended: the sixth field of its stat file (proc(5)), of which the second may
  /// hold spaces and parentheses.
  private static func session(of process: pid_t) -> pid_t? {
    guard let file = try? Descriptor(opening: "/proc/\(process)/stat", O_RDONLY, for: "read"),
      let bytes = try? file.readAll(limit: 4096, for: "read", "stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
    guard fields.count > 3, fields[0] != "Z", fields[0] != "X" else { return nil }
    return pid_t(fields[3])
  }
}
