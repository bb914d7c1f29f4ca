import Glibc
import Testing
import Values

@testable import Journal

private let program = "/lib/systemd/systemd-journald"
private let launcher = "/usr/bin/setpriv"

/// The real journald, which runs for a test alone and writes into its own memory.
///
/// The size of `/run/log` sets how long an entry may be: journald drops what exceeds an eightieth of it.
@Suite(.enabled(if: getuid() == 0 && access(program, X_OK) == 0 && access(launcher, X_OK) == 0)) struct JournaldTests {
  private static func withJournald(_ body: @escaping @Sendable () throws -> Void) throws {
    try inMountNamespace {
      for path in ["/run/systemd", "/run/log"] {
        mkdir(path, 0o755)
        try #require(mount("vsrrun-test", path, "tmpfs", 0, "size=2g") == 0)
      }
      try #require(mkdir("/run/systemd/journal", 0o755) == 0)
      var child = pid_t()
      // It dies with this thread, even where the test is killed.
      let command = [launcher, "--pdeathsig", "KILL", program]
      let arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
      defer { arguments.forEach { free($0) } }
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
      try #require(posix_spawn(&child, launcher, &actions, nil, arguments, nil) == 0)
      defer {
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
      }
      for _ in 0..<1000 where access("/run/systemd/journal/io.systemd.journal", F_OK) != 0 { usleep(10_000) }
      try body()
    }
  }

  /// The run's entries, once there are `count` of them.
  private static func entries(_ run: RunID, count: Int) throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for _ in 0..<1000 {
      lines = try JournaldReader.lines(run: run, directory: nil, user: getuid())
      if lines.count >= count { break }
      usleep(10_000)
    }
    return lines
  }

  private static func mirror(_ writer: JournalWriter, _ run: RunID, readBack: Bool) -> JournaldMirror {
    JournaldMirror(
      journal: writer.path, run: run, runbook: "install", version: "1.0.0", readBack: readBack,
      describe: { MirrorFields(message: "record \($0.sequence)") }, warn: { Issue.record("\($0)") })
  }

  @Test func aRunIsRebuiltFromJournaldAndNothingIsSentTwice() throws {
    let run = try #require(RunID(rawValue: "20261124-153000-7f3a"))
    try Self.withJournald {
      let directory = try TemporaryDirectory()
      let path = "\(directory.path)/journal"
      var writer: JournalWriter? = try JournalWriter.create(path, header: [:], clock: countingClock())
      try writer.map { writer in
        // Longer than a datagram, and than the part of a field that a reader gets unless it asks for all.
        try writer.append("note", ["long": .string(String(repeating: "x", count: 1_000_000))])
        for number in 2..<50 { try writer.append("note", ["n": .integer(number)]) }
        try writer.sync()
        writer.mirror = Self.mirror(writer, run, readBack: false)
        #expect(writer.mirror?.finish(deadline: 20) == 0)
      }
      writer = nil
      _ = try Self.entries(run, count: 50)
      let first = try JournaldReader.records(run: run)
      #expect(first.records == (try JournalReader.open(path).records))
      #expect(first.isWhole && first.unreadable == 0)

      let (next, _) = try JournalWriter.reopen(path, clock: countingClock())
      next.mirror = Self.mirror(next, run, readBack: true)
      try next.append("note", ["n": 50])
      try next.sync()
      #expect(next.mirror?.finish(deadline: 20) == 0)
      #expect(try Self.entries(run, count: 51).count == 51)
      #expect(try JournaldReader.records(run: run).records == (try JournalReader.open(path).records))

      let other = try #require(RunID(rawValue: "20261124-153000-0000"))
      #expect(try JournaldReader.records(run: other).records.isEmpty)
      #expect(try JournaldReader.records(run: run, user: 12345).records.isEmpty)
    }
  }
}
