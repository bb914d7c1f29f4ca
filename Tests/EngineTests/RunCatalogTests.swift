import Glibc
import Host
import Journal
import LiveHost
import MachineModel
import Testing
import Values

@testable import Engine

/// Runs on disk: which one is unfinished, stands, is beneath another, has its boot steps re-applied.
@Suite struct RunCatalogTests {
  /// A state directory, and runs in it on one model.
  final class State {
    let path: String
    var model: ModelHost
    private var time = 1_700_000_000_000_000

    init() throws {
      var template = Array("/tmp/vsrrun-state-XXXXXX".utf8CString)
      guard mkdtemp(&template) != nil else { throw HostError("make", "a folder", .system(.noSpace)) }
      path = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
      model = ModelHost(try Example.reference())
    }

    deinit { if let runs = try? RunDirectory.list(state: path) { for run in runs { try? run.directory.remove() } } }

    /// Runs `source` and answers the run's name.
    @discardableResult
    func run(_ source: String) async throws -> String {
      let scripts = Bench.scripts(source)
      var name = ""
      let engine = Engine(host: model)
      _ = await engine.run(scripts, given: []) { header in
        self.time += 1_000_000
        let directory = try RunDirectory.create(state: self.path, time: self.time)
        name = directory.run.rawValue
        var header = header
        header["lua"] = try directory.storeLua(scripts.files)
        let writer = try JournalWriter.create(directory.journalPath, header: header) { self.time }
        return (JournalLog(directory: directory, writer: writer), try Entry(writer.last))
      }
      return name
    }

    /// Opens a run as a new process does.
    func open(_ listed: RunCatalog.Listed) throws -> (Engine, ScriptSet, Ledger) {
      let (writer, contents) = try JournalWriter.reopen(listed.directory.journalPath) { self.time }
      let engine = Engine(host: model)
      let log = JournalLog(directory: listed.directory, writer: writer)
      let ledger = engine.ledger(log, entries: try contents.records.map(Entry.init))
      return (engine, ScriptSet(try listed.directory.luaFiles(contents.header)), ledger)
    }

    func catalog() throws -> RunCatalog { try RunCatalog(state: path, machine: model.machineID) }
  }

  private static func source(_ name: String, _ body: String, ends: String = "{}") -> String {
    "runbook { name = '\(name)', version = '1', ends = \(ends) } step('s', { boot = true }, function() \(body) end)"
  }

  @Test func aRunOnDiskIsTakenBackFromItsOwnCopies() async throws {
    let state = try State()
    try await state.run(Self.source("a", "file.write { path = '/etc/hosts', content = 'other' }"))
    let listed = try #require(try state.catalog().standing.first)
    let (engine, scripts, ledger) = try state.open(listed)
    #expect(await engine.rollback(scripts, ledger).leftovers.isEmpty)
    let difference = state.model.machine.normalized().differences(from: try Example.reference().normalized())
    #expect(difference.isEmpty)
    #expect(listed.directory.verify().isEmpty)
    #expect(try state.catalog().standing.isEmpty)
  }

  @Test func theFormerContentOfAFileIsOnDiskUnderItsHashOnceAnIntentRefersToIt() async throws {
    let state = try State()
    try state.model.replace("/etc/motd", with: Array("former".utf8), mode: 0o600, owner: .root)
    state.model.faults = [try Fault("replace:/etc/motd@1=kill")]
    try await state.run(Self.source("a", "file.write { path = '/etc/motd', content = 'new' }"))
    state.model = ModelHost(state.model.machine)
    let listed = try #require(try state.catalog().runs.first)
    let intent = try #require(try JournalReader.open(listed.directory.journalPath).records.last { $0.type == "intent" })
    let hash = try #require(intent["files"]?.array?.first?.string)
    #expect(try listed.directory.file(try #require(Digest(hex: hash))) == Array("former".utf8))
  }

  @Test func anUnfinishedRunIsFoundUntilItIsGivenUp() async throws {
    let state = try State()
    let name = try await state.run(Self.source("a", "net.up 'ens787f0' error 'no'"))
    let listed = try #require(try state.catalog().unfinished)
    #expect(listed.run == name)
    let (engine, _, ledger) = try state.open(listed)
    try engine.abandon(ledger)
    #expect(try state.catalog().unfinished == nil)
    #expect(try state.catalog().standing.map(\.run) == [name])
  }

  @Test func anOlderRunBeneathAStandingOneIsKnown() async throws {
    let state = try State()
    let older = try await state.run(Self.source("a", "net.up 'ens787f0'"))
    let newer = try await state.run(Self.source("b", "net.up 'ens804f0'"))
    let catalog = try state.catalog()
    #expect(catalog.standingAbove(try catalog.find(older))?.run == newer)
    #expect(catalog.standingAbove(try catalog.find(newer)) == nil)
  }

  @Test func bootTakesTheNewestStandingRunOfEachRunbook() async throws {
    let state = try State()
    try await state.run(Self.source("a", "net.up 'ens787f0'"))
    let a = try await state.run(Self.source("a", "net.up 'ens804f0'"))
    let b = try await state.run(
      Self.source("b", "hugepages.reserve { node = 0, count = 1 } error 'unfinished ones too'"))
    #expect(try state.catalog().bootable.map(\.run) == [b, a])
  }

  @Test func aRunbookThatEndsAnotherRetiresItsRuns() async throws {
    let state = try State()
    try await state.run(Self.source("a", "net.up 'ens787f0'"))
    try await state.run(Self.source("un-a", "file.write { path = '/etc/x', content = '' }", ends: "{ 'a' }"))
    #expect(try state.catalog().bootable.map(\.history.runbook) == ["un-a"])
  }

  @Test func aRunThatIsBeingTakenBackIsNotReappliedAtBoot() async throws {
    let state = try State()
    try await state.run(Self.source("a", "net.up 'ens787f0' net.up 'ens804f0'"))
    state.model = ModelHost(state.model.machine, faults: [try Fault("write@2=kill")])
    let (engine, scripts, ledger) = try state.open(try #require(try state.catalog().standing.first))
    #expect(await engine.rollback(scripts, ledger).error != nil)
    #expect(try state.catalog().bootable.isEmpty)
  }

  @Test func aNameMayBeCutShortWhileItIsUnique() async throws {
    let state = try State()
    let name = try await state.run(Self.source("a", "net.up 'ens787f0'"))
    #expect(try state.catalog().find(String(name.prefix(9))).run == name)
    #expect(throws: RunError.self) { try state.catalog().find("x") }
  }

  @Test func aDamagedRunIsNamedAndHidesNoOther() async throws {
    let state = try State()
    let broken = try await state.run(Self.source("a", "net.up 'ens787f0'"))
    let whole = try await state.run(Self.source("b", "net.up 'ens804f0'"))
    let path = try state.catalog().find(broken).directory.journalPath
    var bytes = try LiveHost().read(path)
    bytes[bytes.count / 3] ^= 1
    try LiveHost().replace(path, with: bytes, mode: 0o600, owner: Owner(user: getuid(), group: getgid()))
    let catalog = try state.catalog()
    #expect(catalog.runs.map(\.run) == [whole])
    #expect(catalog.damaged.map(\.run) == [broken])
    #expect(throws: JournalError.self) { try catalog.find(broken) }
  }
}
