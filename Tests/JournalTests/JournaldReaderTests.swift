import Testing
import Values

@testable import Journal

@Suite struct JournaldReaderTests {
  private func lines(_ count: Int) throws -> [[UInt8]] { try journal(records: count).lines.map { $0.dropLast() } }

  @Test func aRunIsRebuiltFromEntriesInAnyOrderAndTwice() throws {
    let lines = try lines(5)
    let run = JournaldRun(lines: [lines[3], lines[1], lines[1], lines[4], lines[0], lines[2], lines[0]])
    #expect(run.records.map(\.line) == lines)
    #expect(run.isWhole && run.unreadable == 0)
    #expect(run.digests.count == 5)
  }

  @Test func gapsAreNamed() throws {
    let lines = try lines(8)
    let run = JournaldRun(lines: [lines[2], lines[3], lines[6]])
    #expect(run.records.map(\.sequence) == [2, 3, 6])
    #expect(run.missing == [0...1, 4...5])
    #expect(!run.isWhole && run.unchained.isEmpty)
  }

  @Test func ofTwoRecordsTheChainedOneCounts() throws {
    let lines = try lines(4)
    let planted = try Record(sequence: 2, time: 0, type: "note", fields: ["planted": true], previous: Digest([]))
    for order in [[planted.line] + lines, lines + [planted.line]] {
      let run = JournaldRun(lines: order)
      #expect(run.records.map(\.line) == lines && run.isWhole)
    }
    let broken = JournaldRun(lines: [lines[0], lines[1], planted.line, lines[3]])
    #expect(broken.unchained == [2, 3])
  }

  @Test func whatDoesNotVerifyIsCounted() throws {
    let lines = try lines(2)
    let run = JournaldRun(lines: lines + [Array("{}".utf8), Array(lines[1].dropLast())])
    #expect(run.unreadable == 2 && run.isWhole)
    #expect(!JournaldRun(lines: []).isWhole)
  }

  @Test func aMachineWithoutJournalHasNoRecords() throws {
    let directory = try TemporaryDirectory()
    let run = try #require(RunID(rawValue: "20261124-153000-7f3a"))
    #expect(try JournaldReader.records(run: run, directory: directory.path).records.isEmpty)
    #expect(throws: JournalError.self) { try JournaldReader.records(run: run, directory: "/nowhere") }
  }
}
