import Glibc
import Host
import Testing
import Values

@testable import Journal

@Suite struct RunDirectoryTests {
  let state: TemporaryDirectory
  let faults = Faults()
  /// 2026-11-24 15:30:00 UTC.
  let time = 1_795_534_200_000_000

  init() throws { state = try TemporaryDirectory() }

  private func create() throws -> RunDirectory {
    try RunDirectory.create(state: state.path, time: time, operations: faults.operations)
  }

  // MARK: Names

  @Test func aRunIsNamedByItsTime() throws {
    let run = try create().run
    #expect(run.rawValue.hasPrefix("20261124-153000-"))
    #expect(RunID(rawValue: run.rawValue) == run)
  }

  @Test(arguments: [
    "", "..", "20261124-153000-7f3", "20261124-153000-7F3A", "20261124-153000-7f3a/", "2026112a-153000-7f3a",
    "20261124 153000-7f3a", "20261124-153000-7f3a\n", "../../../../etc/passwdxxx",
  ])
  func nothingElseIsAName(text: String) { #expect(RunID(rawValue: text) == nil) }

  @Test func namesAreUniqueAndInOrderEvenIfTheClockIsSetBack() throws {
    var runs: [RunID] = []
    for step in 0..<50 {
      runs.append(try RunDirectory.create(state: state.path, time: time - step * 3_600_000_000).run)
    }
    #expect(Set(runs).count == 50)
    #expect(runs == runs.sorted())
    #expect(runs[1].rawValue.hasPrefix("20261124-153001-"))
  }

  @Test func namesRollOverTheDay() throws {
    let newest = try #require(RunID(rawValue: "20261231-235959-ffff"))
    #expect(RunID(time: time, after: newest, random: 10)?.rawValue == "20270101-000000-000a")
    #expect(RunID(time: 0, after: RunID(rawValue: "99991231-235959-ffff"), random: 10) == nil)
  }

  @Test func runsThatBeginTogetherGetDirectoriesOfTheirOwn() async throws {
    let path = state.path
    let runs = try await withThrowingTaskGroup(of: RunID.self) { group in
      for _ in 0..<16 { group.addTask { try RunDirectory.create(state: path, time: 0).run } }
      return try await group.reduce(into: Set<RunID>()) { $0.insert($1) }
    }
    #expect(runs.count == 16)
  }

  // MARK: The directory

  @Test func everythingIsPrivate() throws {
    let run = try RunDirectory.create(state: "\(state.path)/var/lib/vsrrun", time: time)
    for path in [run.state, "\(run.state)/runs", run.path, run.filesPath, run.luaPath] {
      #expect(permissions(path) == 0o700)
    }
    #expect(permissions(run.filePath(try run.storeFile([1]))) == 0o600)
    _ = try run.storeLua([LuaFile(name: "lib/a.lua", content: [1])])
    #expect(permissions("\(run.luaPath)/lib") == 0o700)
    #expect(permissions("\(run.luaPath)/lib/a.lua") == 0o600)
  }

  @Test func onlyARunThatIsThereCanBeOpened() throws {
    let run = try create().run
    #expect(try RunDirectory.open(state: state.path, run: run).run == run)
    let other = try #require(RunID(rawValue: "20200101-000000-0000"))
    let error = #expect(throws: JournalError.self) { try RunDirectory.open(state: state.path, run: other) }
    #expect(
      error?.description
        == "cannot open \(state.path)/runs/20200101-000000-0000: No such file or directory (ENOENT); `vsrrun runs` lists "
        + "the runs")
  }

  @Test func listsTheNewestFirstAndDamagedOnesAsSuch() throws {
    var runs: [RunDirectory] = []
    for _ in 0..<4 { runs.append(try create()) }
    for run in runs.dropLast() { _ = try JournalWriter.create(run.journalPath, header: [:], clock: countingClock()) }
    try put(
      Array((try journal(records: 3).lines.enumerated().filter { $0.offset != 1 }.map(\.element)).joined()),
      runs[1].journalPath)
    try put([], "\(state.path)/runs/lost+found")
    let list = try RunDirectory.list(state: state.path)
    #expect(list.map(\.directory.run) == runs.reversed().map(\.run))
    #expect(list.map { (try? $0.journal.get()) != nil } == [false, true, false, true])
    #expect(#expect(throws: JournalError.self) { try list[2].journal.get() }?.reason == .damaged(record: 1))
    #expect(try RunDirectory.list(state: "\(state.path)/none").isEmpty)
  }

  // MARK: Former bytes

  @Test func formerBytesComeBack() throws {
    let run = try create()
    for bytes: [UInt8] in [[], [0, 1, 255], Array(repeating: 7, count: 200_000)] {
      let digest = try run.storeFile(bytes)
      #expect(digest == Digest(bytes))
      #expect(try run.file(digest) == bytes)
    }
    #expect(everyName(in: run.filesPath).count == 3)
  }

  @Test func sameBytesAreWrittenOnceAndDurablyByEachProcess() throws {
    let run = try create()
    let (writes, syncs) = (faults[.write], faults[.sync])
    for _ in 0..<3 { try run.storeFile([1, 2, 3]) }
    // The file, then its name.
    #expect(faults[.write] == writes + 1 && faults[.sync] == syncs + 2)
    // Another process cannot know that they reached the disk.
    let again = try RunDirectory.open(state: state.path, run: run.run, operations: faults.operations)
    try again.storeFile([1, 2, 3])
    #expect(faults[.sync] == syncs + 4)
  }

  @Test(arguments: [Faults.Kind.write, .sync]) func bytesThatMayNotBeDurableAreNotKept(kind: Faults.Kind) throws {
    let run = try create()
    faults.fail(kind, at: faults[kind] + 1, .system(.noSpace), writing: 2)
    #expect(throws: JournalError.self) { try run.storeFile([1, 2, 3]) }
    #expect(everyName(in: run.filesPath) == [])
    #expect(try run.file(run.storeFile([1, 2, 3])) == [1, 2, 3])
  }

  @Test func changedBytesAreNotTakenForFormerOnes() throws {
    let run = try create()
    let digest = try run.storeFile([1, 2, 3])
    try put([1, 2, 4], run.filePath(digest))
    let error = #expect(throws: JournalError.self) { try run.file(digest) }
    #expect(error?.reason == .invalid("its bytes do not match its name"))
  }

  // MARK: Lua files

  @Test func luaFilesComeBackByTheHeader() throws {
    let run = try create()
    let files = [
      LuaFile(name: "runbook/install.lua", content: Array("runbook {}".utf8)),
      LuaFile(name: "lib/vsr/nics.lua", content: []), LuaFile(name: "lib/vsr/sub/a.lua", content: [10]),
    ]
    let syncs = faults[.sync]
    let list = try run.storeLua(files)
    // Three files; lua, lua/runbook, lua/lib, lua/lib/vsr, lua/lib/vsr/sub.
    #expect(faults[.sync] == syncs + 8)
    #expect(list.array?.first == ["name": "runbook/install.lua", "sha256": .string(Digest(files[0].content).hex)])
    let writer = try JournalWriter.create(run.journalPath, header: ["lua": list], clock: countingClock())
    #expect(try run.luaFiles(writer.last) == files)
    try put([1], "\(run.luaPath)/lib/vsr/nics.lua")
    #expect(throws: JournalError.self) { try run.luaFiles(writer.last) }
  }

  @Test(arguments: ["", "/etc/passwd", "../a.lua", "lib/../../a.lua", "lib//a.lua", "lib/", "./a.lua", "a\0b"])
  func luaNamesStayInTheRun(name: String) throws {
    let run = try create()
    #expect(throws: JournalError.self) { try run.storeLua([LuaFile(name: name, content: [1])]) }
    #expect(everyName(in: run.luaPath) == [])
  }

  // MARK: Verification

  private func finished() throws -> (RunDirectory, Digest) {
    let run = try create()
    let lua = try run.storeLua([LuaFile(name: "a.lua", content: [1]), LuaFile(name: "b.lua", content: [2])])
    let digest = try run.storeFile([1, 2, 3])
    let writer = try JournalWriter.create(run.journalPath, header: ["lua": lua], clock: countingClock())
    try writer.append("intent", ["files": [.string(digest.hex)]])
    try writer.append("effect", [:])
    try writer.sync()
    return (run, digest)
  }

  @Test func aWholeRunHasNoFindings() throws { #expect(try finished().0.verify() == []) }

  @Test func everyDamageIsFound() throws {
    let (run, digest) = try finished()
    try put([9], "\(run.luaPath)/a.lua")
    unlink("\(run.luaPath)/b.lua")
    unlink(run.filePath(digest))
    let other = Digest([4])
    try put([5], run.filePath(other))
    let findings = run.verify()
    #expect(findings.allSatisfy { $0.severity == .damage })
    #expect(
      findings.map(\.path) == [
        "\(run.luaPath)/a.lua", "\(run.luaPath)/b.lua", run.filePath(other), run.filePath(digest),
      ])
    #expect(findings.last?.message == "missing; record 1 refers to it")
  }

  @Test func aDamagedJournalIsTheOnlyFinding() throws {
    let (run, _) = try finished()
    var bytes = try content(run.journalPath)
    bytes[10] ^= 1
    try put(bytes, run.journalPath)
    let findings = run.verify()
    #expect(findings.count == 1)
    #expect(findings.first?.description.hasPrefix("\(run.journalPath): record 0 is damaged or missing") == true)
  }

  @Test func aTornTailIsANote() throws {
    let (run, _) = try finished()
    try put(try content(run.journalPath) + [1, 2], run.journalPath)
    #expect(run.verify().map(\.severity) == [.note])
    _ = try JournalWriter.reopen(run.journalPath, clock: countingClock())
    #expect(run.verify().map(\.path) == ["\(run.journalPath).torn-1"])
  }
}
