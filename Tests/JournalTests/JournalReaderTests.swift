import Testing
import Values

@testable import Journal

@Suite struct JournalReaderTests {
  private func outcome(
    _ bytes: [UInt8], after known: [Record] = [], at offset: Int = 0
  ) -> Result<JournalContents, JournalError> {
    Result { () throws(JournalError) in try JournalReader.read(bytes, "/j", after: known, at: offset) }
  }

  private func reason(_ bytes: [UInt8]) -> JournalError.Reason? {
    if case .failure(let error) = outcome(bytes) { error.reason } else { nil }
  }

  @Test func readsWhatStands() throws {
    let (lines, bytes) = try journal(records: 4)
    let contents = try JournalReader.read(bytes, "/j")
    #expect(contents.records.map { $0.line + [10] } == lines)
    #expect(contents.records.map(\.sequence) == [0, 1, 2, 3])
    #expect(contents.header["format"] == 1)
    #expect(contents.last.fields == ["n": 3])
    #expect(contents.validLength == bytes.count)
    #expect(contents.setAside.isEmpty)
  }

  @Test func cutAtAnyByteItOpensWithTheWholeRecordsBeforeTheCut() throws {
    let (lines, bytes) = try journal(records: 40)
    let records = try JournalReader.read(bytes, "/j").records
    var whole = 0
    var start = 0
    for length in 0...bytes.count {
      if whole < lines.count, length == start + lines[whole].count {
        start = length
        whole += 1
      }
      // A cut cannot reach the records before the one that it is in; those need not be read again for each.
      let known = max(0, whole - 1)
      let offset = known < whole ? start - lines[known].count : start
      switch outcome(Array(bytes[..<length]), after: Array(records[..<known]), at: offset) {
      case .success(let contents):
        #expect(contents.records.count == whole)
        #expect(contents.validLength == start)
        #expect(contents.setAside.elementsEqual(bytes[start..<length]))
      case .failure(let error):
        #expect(whole == 0 && error.reason == .unfinishedHeader, "cut at \(length): \(error)")
      }
    }
    #expect(whole == lines.count)
  }

  /// Flips bits of every byte, and says what has to come of it: before the last record the journal is refused with the
  /// number of the damaged one, in the last it is set aside.
  private func flip(_ lines: [[UInt8]], known: [Record], bits: (Int) -> [UInt8]) {
    var bytes = Array(lines.joined())
    var start = 0
    for (number, line) in lines.enumerated() {
      let before = Array(known.prefix(number))
      for index in start..<start + line.count {
        for bit in bits(index) {
          bytes[index] ^= bit
          defer { bytes[index] ^= bit }
          let outcome = outcome(bytes, after: before, at: before.isEmpty ? 0 : start)
          if number < lines.count - 1 || number == 0 {
            let expected: JournalError.Reason = lines.count == 1 ? .unfinishedHeader : .damaged(record: number)
            guard case .failure(let error) = outcome, error.reason == expected else {
              Issue.record("byte \(index) ^ \(bit): \(outcome)")
              continue
            }
          } else {
            guard case .success(let contents) = outcome, contents.records.count == number,
              contents.validLength == start,
              contents.setAside.elementsEqual(bytes[start...])
            else {
              Issue.record("byte \(index) ^ \(bit): \(outcome)")
              continue
            }
          }
        }
      }
      start += line.count
    }
  }

  @Test func aFlippedBitInAnyByteIsNeverAccepted() throws {
    let (lines, bytes) = try journal(records: 40)
    flip(lines, known: try JournalReader.read(bytes, "/j").records) { [1 << UInt8($0 % 8)] }
  }

  @Test(arguments: 1...3) func everyFlippedBitOfAShortJournalIsNoticed(records: Int) throws {
    flip(try journal(records: records).lines, known: []) { _ in (0..<8).map { 1 << $0 } }
  }

  @Test(arguments: 0..<5) func aMissingRecordIsNamedEvenBeforeTheLast(number: Int) throws {
    var lines = try journal(records: 6).lines
    lines.remove(at: number)
    #expect(reason(Array(lines.joined())) == .damaged(record: number))
  }

  @Test func aRecordThatStandsTwiceIsRefused() throws {
    let lines = try journal(records: 3).lines
    #expect(reason(Array((lines + [lines[2]]).joined())) == .damaged(record: 3))
  }

  @Test func recordsOfAnotherRunAreRefused() throws {
    let lines = try journal(records: 3).lines
    let foreign = try Record(sequence: 3, time: 9, type: "note", fields: [:], previous: Digest([1])).line
    #expect(reason(Array(lines.joined()) + foreign + [10]) == .damaged(record: 3))
    // Even without its newline: no cut of this journal could have left it.
    #expect(reason(Array(lines.joined()) + foreign) == .damaged(record: 3))
  }

  @Test(
    arguments: [[0], [10], [0xff, 10, 10], Array(repeating: 0, count: 5000), Array("{\"seq\":3".utf8)] as [[UInt8]])
  func aTailOfGarbageIsSetAside(tail: [UInt8]) throws {
    let bytes = try journal(records: 3).bytes
    let contents = try JournalReader.read(bytes + tail, "/j")
    #expect(contents.records.count == 3)
    #expect(contents.setAside == tail)
  }

  @Test func aPageOfZerosBeforeAWholeRecordIsNoTornTail() throws {
    let lines = try journal(records: 4).lines
    let bytes = lines[0] + lines[1] + Array(repeating: 0, count: 4096) + lines[3]
    #expect(reason(bytes) == .damaged(record: 2))
  }

  @Test func aForeignFormatIsNamed() throws {
    let header = try Record(sequence: 0, time: 0, type: "run.started", fields: ["format": 2], previous: .zero)
    #expect(reason(header.line + [10]) == .foreignFormat(2))
  }

  @Test func theFirstRecordHasToBeAHeader() throws {
    let record = try Record(sequence: 0, time: 0, type: "note", fields: ["format": 1], previous: .zero)
    #expect(reason(record.line + [10]) == .damaged(record: 0))
    #expect(reason([]) == .unfinishedHeader)
  }

  @Test func aHostileLineTakesNoTime() throws {
    let bytes = try journal(records: 2).bytes
    let line = Array(repeating: Array(#"{"seq":1,"#.utf8), count: 100_000).joined()
    let tail = Array(line) + Array(#","digest":""#.utf8) + Digest([]).hex.utf8 + Array("\"}\n".utf8)
    let time = ContinuousClock().measure { #expect(reason(bytes + tail) == nil) }
    #expect(time < .seconds(10))
  }

  @Test func errorsSayWhatToDo() throws {
    let lines = try journal(records: 3).lines
    let directory = try TemporaryDirectory()
    _ = try makeDirectory("\(directory.path)/runs")
    _ = try makeDirectory("\(directory.path)/runs/20261124-153000-7f3a")
    let path = "\(directory.path)/runs/20261124-153000-7f3a/journal"
    try put(lines[0] + lines[2], path)
    let error = #expect(throws: JournalError.self) { try JournalReader.open(path) }
    #expect(
      error?.description
        == "cannot read \(path): record 1 is damaged or missing, and whole records follow it; `vsrrun verify "
        + "20261124-153000-7f3a` says what is left, and `journalctl VSRRUN_RUN=20261124-153000-7f3a` may hold the records"
    )
    let missing = #expect(throws: JournalError.self) { try JournalReader.open("/nowhere/journal") }
    #expect(missing?.description == "cannot open /nowhere/journal: No such file or directory (ENOENT)")
  }
}
