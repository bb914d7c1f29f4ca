import Glibc
import Synchronization
import Testing
import Values

@testable import Journal

@Suite struct JournaldMirrorTests {
  /// What a journald would have, and how it behaves.
  final class FakeJournald: Sendable {
    struct State {
      var received: [Record] = []
      var warnings: [String] = []
      var failure: Int32?
      /// How many more sends fail; nil for all.
      var failing: Int?
      var isBlocked = false
    }

    let state = Monitor(State())

    func send(_ record: Record) throws(JournaldFailure) {
      _ = state.wait { $0.isBlocked ? nil : () }
      let failure = state.withLock { state -> Int32? in
        guard let failure = state.failure, state.failing != 0 else {
          state.received.append(record)
          return nil
        }
        state.failing = state.failing.map { $0 - 1 }
        return failure
      }
      if let failure { throw JournaldFailure(error: failure) }
    }

    var received: [Int] { state.withLock { $0.received.map(\.sequence) } }
    var warnings: [String] { state.withLock { $0.warnings } }

    func waitFor(_ count: Int) -> Bool { state.wait(seconds: 10) { $0.received.count >= count ? true : nil } ?? false }
    func waitForWarning() -> Bool { state.wait(seconds: 10) { $0.warnings.isEmpty ? nil : true } ?? false }
  }

  let directory: TemporaryDirectory
  let writer: JournalWriter
  let journald = FakeJournald()

  init() throws {
    directory = try TemporaryDirectory()
    writer = try JournalWriter.create("\(directory.path)/journal", header: [:], clock: countingClock())
  }

  private func mirror(
    known: Set<Digest> = [], kept: @escaping @Sendable () -> Set<Digest>? = { nil }
  ) -> JournaldMirror {
    let journald = journald
    return JournaldMirror(
      MirrorWorker(
        journal: writer.path, known: { known }, kept: kept,
        send: { (record) throws(JournaldFailure) in try journald.send(record) },
        warn: { text in journald.state.withLock { $0.warnings.append(text) } }))
  }

  private func append(_ count: Int) throws {
    for number in 0..<count { try writer.append("note", ["n": .integer(number)]) }
  }

  @Test func everyRecordGoesOutInOrderOnceItIsDurable() throws {
    writer.mirror = mirror()
    #expect(journald.waitFor(1))
    try append(3)
    #expect(journald.received == [0])
    try writer.sync()
    #expect(journald.waitFor(4))
    try append(2)
    try writer.sync()
    #expect(writer.mirror?.finish(deadline: 10) == 0)
    #expect(journald.received == Array(0...5))
    #expect(journald.state.withLock { $0.received } == (try JournalReader.open(writer.path).records))
    #expect(journald.warnings.isEmpty)
  }

  @Test func recordsThatAreNotDurableDoNotGoOut() throws {
    writer.mirror = mirror()
    try append(3)
    #expect(writer.mirror?.finish(deadline: 10) == 0)
    #expect(journald.received == [0])
  }

  @Test func whatJournaldHasIsNotSentAgain() throws {
    try append(4)
    try writer.sync()
    let records = try JournalReader.open(writer.path).records
    writer.mirror = mirror(known: [records[0].digest, records[3].digest])
    #expect(writer.mirror?.finish(deadline: 10) == 0)
    #expect(journald.received == [1, 2, 4])
  }

  /// journald answers nothing, and keeps only so many in a while.
  @Test func whatJournaldDroppedIsSentAgain() throws {
    try append(9)
    try writer.sync()
    let journald = journald
    // Of the first ten it keeps four, and all of what comes later.
    writer.mirror = mirror(kept: {
      let received = journald.state.withLock { $0.received.map(\.digest) }
      return Set(received.prefix(4) + received.dropFirst(10))
    })
    #expect(writer.mirror?.finish(deadline: 10) == 0)
    #expect(journald.received == Array(0...9) + Array(4...9))
  }

  @Test func whatJournaldKeepsDroppingIsLeft() throws {
    try append(9)
    try writer.sync()
    let first = try JournalReader.open(writer.path).records.prefix(7).map(\.digest)
    writer.mirror = mirror(kept: { Set(first) })
    #expect(writer.mirror?.finish(deadline: 10) == 3)
    #expect(journald.received == Array(0...9) + [7, 8, 9])
  }

  @Test func withoutJournaldItWarnsOnceAndTheRunGoesOn() throws {
    journald.state.withLock { $0.failure = ENOENT }
    writer.mirror = mirror()
    #expect(journald.waitForWarning())
    for _ in 0..<3 {
      try append(1)
      try writer.sync()
    }
    let time = ContinuousClock().measure { #expect(writer.mirror?.finish(deadline: 60) == 4) }
    #expect(time < .seconds(10))
    #expect(
      journald.warnings == [
        "the records do not reach journald: nothing listens at /run/systemd/journal/socket; the run goes on, and they "
          + "are sent later"
      ])
  }

  @Test func whenJournaldComesEverythingGoesOut() throws {
    journald.state.withLock { $0.failure = ENOENT }
    writer.mirror = mirror()
    #expect(journald.waitForWarning())
    journald.state.withLock { $0.failure = nil }
    try append(2)
    try writer.sync()
    #expect(writer.mirror?.finish(deadline: 10) == 0)
    #expect(journald.received == [0, 1, 2])
  }

  @Test func aJournaldThatRestartsAtTheEndIsWaitedFor() throws {
    journald.state.withLock {
      $0.failure = ECONNREFUSED
      $0.failing = 3
    }
    writer.mirror = mirror()
    #expect(writer.mirror?.finish(deadline: 10) == 0)
    #expect(journald.received == [0])
    #expect(journald.warnings.count == 1)
    #expect(journald.warnings.first?.contains("journald does not answer: Connection refused (ECONNREFUSED)") == true)
  }

  @Test func aJournaldThatHangsIsWaitedForOnlyUntilTheDeadline() throws {
    journald.state.withLock { $0.isBlocked = true }
    writer.mirror = mirror()
    try append(2)
    try writer.sync()
    let time = ContinuousClock().measure { #expect(writer.mirror?.finish(deadline: 0.05) == 3) }
    #expect(time >= .milliseconds(50) && time < .seconds(10))
    journald.state.withLock { $0.isBlocked = false }
    #expect(journald.waitFor(3))
  }

  @Test func aRefusingJournaldIsGivenUpAtTheDeadline() throws {
    journald.state.withLock { $0.failure = ECONNREFUSED }
    writer.mirror = mirror()
    #expect(writer.mirror?.finish(deadline: 0.2) == 1)
    journald.state.withLock { $0.failure = nil }
    #expect(journald.waitFor(1))
  }

  @Test func aJournalThatWasChangedIsNotMirrored() throws {
    try append(1)
    try writer.sync()
    var bytes = try content(writer.path)
    bytes[bytes.count - 10] ^= 1
    try put(bytes, writer.path)
    writer.mirror = mirror()
    #expect(writer.mirror?.finish(deadline: 10) == 1)
    #expect(journald.received == [0])
    #expect(journald.warnings.first?.contains("\(writer.path) was changed") == true)
  }

  @Test func aMirrorThatIsDroppedEndsItsThread() throws {
    let worker = MirrorWorker(
      journal: writer.path, known: { [] }, send: { (_) throws(JournaldFailure) in }, warn: { _ in })
    writer.mirror = JournaldMirror(worker)
    writer.mirror = nil
    #expect(worker.monitor.wait(seconds: 10) { $0.hasEnded ? true : nil } == true)
    #expect(worker.monitor.withLock { $0.mirrored } == 1)
  }
}
