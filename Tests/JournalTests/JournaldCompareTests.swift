import Testing
import Values

@testable import Journal

/// What journald has of a run, compared with the run's own journal.
@Suite struct JournaldCompareTests {
  let records: [Record]
  private let bytes: [UInt8]

  init() throws {
    let directory = try TemporaryDirectory()
    let writer = try JournalWriter.create("\(directory.path)/journal", header: [:], clock: countingClock())
    for number in 1...9 { try writer.append("note", ["n": .integer(number)]) }
    try writer.sync()
    records = try JournalReader.open(writer.path).records
    bytes = try content(writer.path)
  }

  private func kept(_ numbers: some Sequence<Int>) -> JournaldRun {
    JournaldRun(lines: numbers.map { records[$0].line })
  }

  @Test func theWholeRunIsRebuiltByteForByte() {
    let run = kept((0...9).reversed() + [3, 3])
    #expect(run.problems == [] && run.differences(from: records) == [])
    #expect(run.journal == bytes)
  }

  @Test func whatIsMissingIsNamed() {
    let run = kept([3, 4, 7])
    #expect(run.problems.count == 2 && run.journal == nil)
    #expect(run.problems[0].hasPrefix("journald lacks the records 0 to 2: "))
    #expect(run.problems[1].hasPrefix("journald lacks the records 5 to 6: "))
    #expect(run.differences(from: records) == ["journald has not got the records 8 to 9 yet"])
    #expect(run.differences(from: Array(records.prefix(8))) == [])
  }

  @Test func whatTheRunsOwnJournalLacksIsNamed() {
    #expect(
      kept(0...9).differences(from: Array(records.prefix(9))) == [
        "the run's journal lacks record 9, which journald has"
      ])
  }

  @Test func anotherRecordUnderTheSameNumberIsNoticed() throws {
    let forged = try Record(
      sequence: 9, time: 0, type: "note", fields: ["n": 10], previous: records[8].digest)
    let run = JournaldRun(lines: records.prefix(9).map(\.line) + [forged.line])
    #expect(run.problems == [])
    #expect(run.differences(from: records) == ["of record 9 journald and the run's journal have different ones"])
    let unchained = try Record(sequence: 9, time: 0, type: "note", fields: [:], previous: .zero)
    #expect(
      JournaldRun(lines: records.prefix(9).map(\.line) + [unchained.line]).problems == [
        "record 9 is not chained to the record before it"
      ])
  }
}
