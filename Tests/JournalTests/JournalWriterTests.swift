import Glibc
import Host
import Testing
import Values

@testable import Journal

@Suite struct JournalWriterTests {
  let directory: TemporaryDirectory
  let path: String
  let faults = Faults()

  init() throws {
    directory = try TemporaryDirectory()
    path = "\(directory.path)/journal"
  }

  private func create() throws -> JournalWriter {
    try JournalWriter.create(path, header: ["run": "r"], clock: countingClock(), operations: faults.operations)
  }

  private func reopen() throws -> (JournalWriter, JournalContents) {
    try JournalWriter.reopen(path, clock: countingClock(), operations: faults.operations)
  }

  @Test func createsAJournalThatIsDurableAndPrivate() throws {
    let writer = try create()
    #expect(writer.last.type == "run.started")
    #expect(writer.last.fields == ["format": 1, "run": "r"])
    #expect(permissions(path) == 0o600)
    // The file, and its name in the directory.
    #expect(faults[.write] == 1 && faults[.sync] == 2 && faults[.syncData] == 0)
    #expect(try JournalReader.open(path).records == [writer.last])
  }

  @Test func aRecordIsOneWriteAndSyncsAreOnlyWhereNeeded() throws {
    let writer = try create()
    try writer.sync()
    #expect(faults[.syncData] == 0 && writer.isDurable)
    try writer.append("note", ["n": 1])
    let second = try writer.append("note", ["n": 2])
    #expect(faults[.write] == 3 && faults[.syncData] == 0 && !writer.isDurable)
    #expect(try JournalReader.open(path).last == second)
    try writer.sync()
    try writer.sync()
    #expect(faults[.syncData] == 1 && writer.isDurable)
  }

  @Test func goesOnWhereItEnded() throws {
    var writer: JournalWriter? = try create()
    let first = try writer?.append("note", ["n": 1])
    writer = nil
    let (second, contents) = try reopen()
    #expect(contents.last == first)
    let record = try second.append("note", [:])
    #expect(record.sequence == 2 && record.previous == first?.digest)
    #expect(try JournalReader.open(path).records.count == 3)
  }

  @Test func shortWritesAreGoneOnWith() throws {
    faults.state.withLock { $0.shortWrite = 7 }
    let writer = try create()
    try writer.append("note", ["text": .string(String(repeating: "x", count: 100))])
    #expect(try JournalReader.open(path).records.count == 2)
    #expect(faults[.write] > 40)
  }

  @Test func doesNotWriteOverAnything() throws {
    try put([1, 2, 3], path)
    let error = #expect(throws: JournalError.self) { try create() }
    #expect(error?.reason == .system(.exists))
    #expect(try content(path) == [1, 2, 3])
  }

  @Test func aSecondWriterIsRefused() throws {
    let writer = try create()
    let error = #expect(throws: JournalError.self) { try reopen() }
    #expect(error?.reason == .inUse)
    try writer.append("note", [:])
    #expect(try JournalReader.open(path).records.count == 2)
  }

  @Test func anInvalidRecordHarmsNothing() throws {
    let writer = try create()
    #expect(throws: JournalError.self) { try writer.append("note", ["seq": 9]) }
    try writer.append("note", [:])
    #expect(try JournalReader.open(path).records.count == 2)
  }

  @Test(arguments: [SystemError.noSpace, .inputOutput]) func aFailedSyncMakesItDead(error: SystemError) throws {
    let writer = try create()
    faults.fail(.syncData, at: 1, .system(error))
    try writer.append("note", [:])
    let failure = #expect(throws: JournalError.self) { try writer.sync() }
    #expect(failure?.reason == .system(error))
    for _ in 0..<2 {
      #expect(#expect(throws: JournalError.self) { try writer.append("note", [:]) }?.reason == .dead)
      #expect(#expect(throws: JournalError.self) { try writer.sync() }?.reason == .dead)
    }
    #expect(!writer.isDurable)
  }

  @Test func afterAFailedSyncTheBytesAreWrittenAgain() throws {
    var writer: JournalWriter? = try create()
    faults.fail(.syncData, at: 1, .system(.inputOutput))
    try writer?.append("note", [:])
    #expect(throws: JournalError.self) { try writer?.sync() }
    writer = nil
    let (writes, syncs) = (faults[.write], faults[.sync])
    let (_, contents) = try reopen()
    #expect(contents.records.count == 2)
    #expect(faults[.write] == writes + 1 && faults[.sync] == syncs + 1)
  }

  @Test func theDiskIsFullAtEveryWrite() throws {
    let lengths = try journal(records: 1).lines.map(\.count)
    for failing in 2...6 {
      for part in [0, 1, 50, lengths[0]] {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/journal"
        let faults = Faults()
        faults.fail(.write, at: failing, .system(.noSpace), writing: part)
        var writer: JournalWriter? = try JournalWriter.create(
          path, header: ["run": "r"], clock: countingClock(), operations: faults.operations)
        var whole = 1
        let error = #expect(throws: JournalError.self) {
          while true {
            try writer?.append("note", ["n": .integer(whole)])
            whole += 1
          }
        }
        #expect(whole == failing - 1)
        #expect(
          error?.description
            == "cannot write \(path): No space left on device (ENOSPC); free space on that file system, then "
            + "`vsrrun resume RUN`")
        #expect(throws: JournalError.self) { try writer?.append("note", [:]) }
        writer = nil

        let torn = Array(try content(path).dropFirst(try JournalReader.open(path).validLength))
        let (next, contents) = try JournalWriter.reopen(path, clock: countingClock())
        #expect(contents.records.count == whole && contents.setAside == torn)
        #expect(try next.append("note", [:]).sequence == whole)
        #expect(try JournalReader.open(path).records.count == whole + 1)
        #expect(everyName(in: directory.path) == (torn.isEmpty ? ["journal"] : ["journal", "journal.torn-1"]))
      }
    }
  }

  @Test func aTornTailIsKeptBesideAndEachHasItsNumber() throws {
    var writer: JournalWriter? = try create()
    try writer?.append("note", [:])
    for number in 1...3 {
      writer = nil
      try put(try content(path) + Array(#"{"seq":2,"ti"#.utf8) + [UInt8(number)], path)
      let (next, contents) = try reopen()
      #expect(contents.records.count == 1 + number)
      #expect(try content("\(path).torn-\(number)") == Array(#"{"seq":2,"ti"#.utf8) + [UInt8(number)])
      #expect(permissions("\(path).torn-\(number)") == 0o600)
      try next.append("note", [:])
      writer = next
    }
    #expect(try JournalReader.open(path).records.count == 5)
    #expect(try JournalReader.open(path).setAside.isEmpty)
  }

  @Test func aTailThatCannotBeKeptStaysWhereItIs() throws {
    var writer: JournalWriter? = try create()
    writer = nil
    _ = writer
    let torn = try content(path) + [1, 2, 3]
    try put(torn, path)
    faults.fail(.write, at: faults[.write] + 1, .system(.noSpace))
    #expect(throws: JournalError.self) { try reopen() }
    #expect(try content(path) == torn)
    #expect(try reopen().1.setAside == [1, 2, 3])
  }

  @Test func aDamagedJournalIsNotOpenedForWriting() throws {
    let lines = try journal(records: 4).lines
    let damaged = Array((lines[..<2] + lines[3...]).joined())
    try put(damaged, path)
    #expect(#expect(throws: JournalError.self) { try reopen() }?.reason == .damaged(record: 2))
    #expect(try content(path) == damaged)
    #expect(everyName(in: directory.path) == ["journal"])
  }

  @Test func aCreationThatFailsSaysThatNothingWasDone() throws {
    faults.fail(.write, at: 1, .system(.noSpace))
    let error = #expect(throws: JournalError.self) { try create() }
    #expect(
      error?.hint
        == "nothing was done to the machine: free space on that file system, then start the run again")
  }

  @Test func deathLeavesNoWayOn() throws {
    let writer = try create()
    faults.fail(.write, at: 2, .killed, writing: 20)
    #expect(#expect(throws: JournalError.self) { try writer.append("note", [:]) }?.reason == .killed)
    #expect(throws: JournalError.self) { try writer.append("note", [:]) }
    #expect(faults[.write] == 2)
  }
}
