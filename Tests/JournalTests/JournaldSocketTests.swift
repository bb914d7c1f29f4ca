import Glibc
import Testing
import Values

@testable import Journal

/// A socket at journald's own path, in a mount namespace that only the test's threads see.
@Suite(.enabled(if: getuid() == 0)) struct JournaldSocketTests {
  private let run = RunID(rawValue: "20261124-153000-7f3a")

  /// Runs `body` where `/run/systemd` is empty and its own.
  private func withOwnRunDirectory(_ body: @escaping @Sendable () throws -> Void) throws {
    try inMountNamespace {
      mkdir("/run/systemd", 0o755)
      try #require(mount("vsrrun-test", "/run/systemd", "tmpfs", 0, "size=64k") == 0)
      try body()
    }
  }

  /// A datagram socket at journald's path.
  private static func listen() throws -> Int32 {
    try #require(mkdir("/run/systemd/journal", 0o755) == 0)
    let listener = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: JournaldEntry.socketPath.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
    return listener
  }

  private static func receive(_ listener: Int32) -> [UInt8] {
    var timeout = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    let count = recv(listener, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(count, 0)))
  }

  /// The fields of a datagram in journald's native protocol: `NAME=value\n`, or name, newline, length (64 bits, little
  /// endian), value, newline.
  private static func fields(_ datagram: [UInt8]) -> [String: String] {
    var fields: [String: String] = [:]
    var rest = datagram[...]
    while let end = rest.firstIndex(of: 10) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      if let equals = line.firstIndex(of: UInt8(ascii: "=")) {
        fields[String(decoding: line[..<equals], as: UTF8.self)] = String(
          decoding: line[(equals + 1)...], as: UTF8.self)
      } else {
        let length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        fields[String(decoding: line, as: UTF8.self)] = String(
          decoding: rest.dropFirst(8).prefix(length), as: UTF8.self)
        rest = rest.dropFirst(8 + length + 1)
      }
    }
    return fields
  }

  @Test func aRecordArrivesWithItsFields() throws {
    let run = try #require(run)
    try withOwnRunDirectory {
      let listener = try Self.listen()
      defer { close(listener) }
      let record = try Record(sequence: 3, time: 9, type: "effect", fields: ["n": 1], previous: Digest([]))
      try JournaldEntry(
        record, run: run, runbook: "install", version: "1.0.0",
        described: MirrorFields(
          message: "two\nlines", priority: 5, codeFile: "install.lua", codeLine: 12, step: "swap-off",
          primitive: "swap.off")
      ).send()
      #expect(
        Self.fields(Self.receive(listener)) == [
          "SYSLOG_IDENTIFIER": "vsrrun", "MESSAGE": "two\nlines", "MESSAGE_ID": MessageID.of("effect") ?? "",
          "PRIORITY": "5", "CODE_FILE": "install.lua", "CODE_LINE": "12", "VSRRUN_RUN": run.rawValue,
          "VSRRUN_RUNBOOK": "install", "VSRRUN_VERSION": "1.0.0", "VSRRUN_STEP": "swap-off",
          "VSRRUN_PRIMITIVE": "swap.off", "VSRRUN_EVENT": "effect", "VSRRUN_SEQ": "3",
          "VSRRUN_DIGEST": record.digest.hex, "VSRRUN_RECORD": String(decoding: record.line, as: UTF8.self),
        ])
    }
  }

  @Test func aRecordThatNothingDescribesIsADebugMessage() throws {
    let run = try #require(run)
    try withOwnRunDirectory {
      let listener = try Self.listen()
      defer { close(listener) }
      let record = try Record(sequence: 3, time: 9, type: "odd", fields: [:], previous: Digest([]))
      try JournaldEntry(record, run: run, runbook: "install", version: "1", described: nil).send()
      let fields = Self.fields(Self.receive(listener))
      #expect(fields["MESSAGE"] == "odd, record 3" && fields["PRIORITY"] == "7")
      #expect(fields["MESSAGE_ID"] == nil && fields["CODE_FILE"] == nil && fields["CODE_FUNC"] == nil)
    }
  }

  @Test func anAbsentAndADeadSocketAreTold() throws {
    let run = try #require(run)
    try withOwnRunDirectory {
      let record = try Record(sequence: 3, time: 9, type: "note", fields: [:], previous: Digest([]))
      let entry = JournaldEntry(record, run: run, runbook: "install", version: "1", described: nil)
      #expect(#expect(throws: JournaldFailure.self) { try entry.send() }?.error == ENOENT)
      close(try Self.listen())
      #expect(#expect(throws: JournaldFailure.self) { try entry.send() }?.error == ECONNREFUSED)
    }
  }

  @Test func theMirrorOutlivesASocketThatNobodyReads() throws {
    let run = try #require(run)
    try withOwnRunDirectory {
      let listener = try Self.listen()
      let directory = try TemporaryDirectory()
      let writer = try JournalWriter.create("\(directory.path)/journal", header: [:], clock: countingClock())
      writer.mirror = JournaldMirror(
        journal: writer.path, run: run, runbook: "install", version: "1", readBack: false,
        describe: { MirrorFields(message: "record \($0.sequence)") }, warn: { _ in })
      let total = 1500
      for number in 1..<total { try writer.append("note", ["n": .integer(number)]) }
      try writer.sync()
      // The socket takes only so many datagrams (net.unix.max_dgram_qlen); the run is not held up.
      let left = try #require(writer.mirror?.finish(deadline: 0.3))
      #expect(left > 0)
      let lines = (0..<total).compactMap { _ in Self.fields(Self.receive(listener))["VSRRUN_RECORD"] }
      #expect(lines.map { Array($0.utf8) } == (try JournalReader.open(writer.path).records.map(\.line)))
      close(listener)
    }
  }
}
