import Host
import MachineModel
import Primitives
import Testing
import Values

@testable import Engine

/// Rollback returns the machine to what was observed before, says exactly what it could not, and what comes after it
/// starts from the truth.
@Suite struct RollbackRules {
  static let two = "file.write { path = '/etc/a', content = '1' } file.write { path = '/etc/b', content = '1' }"

  /// One effect of the step is back, the other was left: the step does not hold, so a resume runs it again.
  @Test func aStepThatWasTakenBackInPartRunsAgainWhenItsRunIsResumed() async throws {
    let bench = try Bench(step: Self.two)
    await bench.run()
    try bench.model.replace("/etc/a", with: Array("theirs".utf8), mode: 0o644, owner: .root)
    #expect(await bench.rollback().leftovers.map(\.what) == ["file.write /etc/a"])
    #expect(try bench.model.status("/etc/b") == nil)
    #expect(await bench.resume().error == nil)
    #expect(try bench.model.text("/etc/b") == "1")
    #expect(try bench.model.text("/etc/a") == "1")
  }

  @Test func bootDoesNotReapplyWhatWasTakenBack() async throws {
    let bench = try Bench(
      Bench.header
        + "step('s', { boot = true }, function() file.write { path = '/etc/a', content = '1' } hugepages.reserve { node = 0, count = 2 } end)"
    )
    await bench.run()
    try bench.model.replace("/etc/a", with: Array("theirs".utf8), mode: 0o644, owner: .root)
    #expect(await bench.rollback().leftovers.count == 1)
    bench.reboot()
    let before = bench.machine
    #expect(await bench.boot().error == nil)
    #expect(bench.differences(from: before).isEmpty)
  }

  /// A failed undo is no licence to overwrite what another hand does later.
  @Test func anUndoThatFailedOnceStillLeavesAnotherHandsWork() async throws {
    let bench = try Bench(step: "file.write { path = '/etc/a', content = '1' }")
    await bench.run()
    bench.model.faults = [try Fault("remove:/etc/a=EROFS")]
    #expect(await bench.rollback().leftovers.count == 1)
    bench.model.faults = []
    await bench.resume()
    try bench.model.replace("/etc/a", with: Array("theirs".utf8), mode: 0o644, owner: .root)
    let end = await bench.rollback()
    #expect(end.leftovers.first?.why.contains("another hand") == true)
    #expect(try bench.model.text("/etc/a") == "theirs")
  }

  /// That it could not be looked at once says nothing of what it changed before.
  @Test func anEffectThatCouldNotBeLookedAtKeepsItsState() async throws {
    let bench = try Bench(step: "file.write { path = '/etc/a', content = '1' } error 'stop'")
    await bench.run()
    bench.model.faults = [try Fault("status:/etc/a=EIO"), try Fault("read:/etc/a=EIO")]
    await bench.resume()
    bench.model.faults = []
    try bench.model.replace("/etc/a", with: Array("theirs".utf8), mode: 0o644, owner: .root)
    #expect(await bench.rollback().leftovers.first?.why.contains("another hand") == true)
    #expect(try bench.model.text("/etc/a") == "theirs")
  }

  /// A run at checkpoint 'one' has no checkpoint 'two' any more.
  @Test func aCheckpointThatWasTakenBackIsNoGoal() async throws {
    let bench = try Bench(RollbackTests.three)
    await bench.run()
    #expect(await bench.rollback(to: "one").error == nil)
    #expect(bench.history.checkpoints.map(\.name) == ["one"])
    #expect(await bench.rollback(to: "two").error != nil)
    #expect(bench.history.status == .rolledBack(to: "one"))
  }

  @Test func aCheckpointIsReachedAnewAfterARollbackBeforeIt() async throws {
    let bench = try Bench(RollbackTests.three)
    await bench.run()
    await bench.rollback(to: "one")
    await bench.resume()
    #expect(bench.history.checkpoints.map(\.name) == ["one", "two"])
    #expect(await bench.rollback(to: "two").leftovers.isEmpty)
    #expect(bench.history.standing.map(\.id.target).sorted() == ["/etc/a", "/etc/b", "ens787f0"])
    #expect(await bench.rollback(to: "one").leftovers.isEmpty)
    #expect(bench.history.standing.map(\.id.target) == ["/etc/a"])
    await bench.rollback()
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  /// Effects that are undone last (restarts) belong to their side of the checkpoint, too.
  @Test func aRestartBeforeTheCheckpointStandsAlsoAfterARollbackAndAResume() async throws {
    let bench = try Bench(
      Bench.header + """
        checkpoint 'one'
        step('b', function()
          systemd.edit { unit = 'containerd.service', drop_in = 'o.conf', content = '[Service]\\nLimitNOFILE=4096\\n' }
          systemd.reload { 'containerd.service' }
          systemd.restart 'containerd.service'
        end)
        checkpoint 'two'
        step('c', function() file.write { path = '/etc/c', content = '1' } end)
        """, machine: try Example.machine("prepared"))
    await bench.run()
    await bench.rollback(to: "one")
    await bench.resume()
    await bench.rollback(to: "two")
    #expect(
      bench.history.standing.map(\.id.primitive) == ["systemd.edit", "systemd.reload", "systemd.restart"])
  }

  /// The script caught the failure of one step and went on: the steps behind it were done.
  @Test func rollbackFunctionsBehindACaughtFailureAreFound() async throws {
    let bench = try Bench(
      Bench.header + """
        pcall(step, 'a', function() error 'no' end)
        step('b', { rollback = function() file.write { path = '/etc/back', content = 'b' } end }, function() end)
        """)
    #expect(await bench.run().error == nil)
    #expect(await bench.rollback().leftovers == [])
    #expect(try bench.model.text("/etc/back") == "b")
  }

  @Test func aNoteOfARollbackFunctionIsRecorded() async throws {
    let bench = try Bench(
      Bench.header
        + "note 'outside' step('a', { rollback = function() note 'taken back' end }, function() net.up 'ens787f0' end)")
    await bench.run()
    await bench.rollback()
    #expect(bench.notes == ["outside", "taken back"])
  }

  /// It may have come far before it failed.
  @Test func whatCannotBeTakenBackOfAnUnfinishedStepIsListedToo() async throws {
    let bench = try Bench(
      Bench.header
        + "step('a', { irreversible = 'the firmware is burnt' }, function() file.write { path = '/etc/a', content = '1' } error 'stop' end)"
    )
    await bench.run()
    #expect(await bench.rollback().leftovers.map(\.why) == ["it cannot be taken back: the firmware is burnt"])
  }

  @Test func whatAPrimitiveDeclaresAsNotCoveredIsListed() async throws {
    let bench = try Bench(step: "test.partly { what = 'x' }")
    bench.registry = Registry([Partly.self])
    await bench.run()
    let end = await bench.rollback()
    #expect(end.leftovers.map(\.why).contains { $0.contains("its log stays") })
  }

  @Test func rollingBackWhatIsRolledBackChangesNothingAndIsNoFailure() async throws {
    let bench = try Bench(RollbackTests.three)
    await bench.run()
    await bench.rollback()
    let operations = bench.model.operations
    let end = await bench.rollback()
    #expect(end.error == nil && end.leftovers.isEmpty)
    #expect(bench.model.operations == operations)
    #expect(bench.history.status == .rolledBack(to: nil))
  }

  @Test func anInterruptedRollbackIsFinishedBeforeAnythingElse() async throws {
    let bench = try Bench(RollbackTests.three)
    await bench.run()
    let operations = bench.model.operations
    bench.configure = { engine in engine.interruptedBy = { bench.model.operations > operations ? "SIGTERM" : nil } }
    bench.events = []
    let error = await bench.rollback().error
    guard case RunError.interrupted? = error else { throw Unexpected(error) }
    #expect(bench.events.last?.entry.kind == .runFinished)
    #expect(bench.events.last?.entry["result"] == "interrupted")
    #expect(bench.history.status == .rollingBack(to: nil))
    bench.configure = { _ in }
    #expect("\(try #require(await bench.resume().error))".contains("has to be finished first"))
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  @Test func anErrorInARollbackFunctionIsListedAndTheRestGoesOn() async throws {
    let bench = try Bench(
      Bench.header + """
        step('a', function() file.write { path = '/etc/a', content = '1' } end)
        step('b', { rollback = function() error 'cannot' end }, function() file.write { path = '/etc/b', content = '1' } end)
        """)
    await bench.run()
    let end = await bench.rollback()
    #expect(end.error == nil)
    #expect(end.leftovers.map(\.step) == ["b"] && end.leftovers.first?.why.contains("test.lua:3: cannot") == true)
    #expect(try bench.model.status("/etc/a") == nil && bench.model.status("/etc/b") == nil)
  }

  @Test func aRollbackFunctionThatLoopsEndsAndIsListed() async throws {
    let bench = try Bench(
      Bench.header + "step('a', { rollback = function() while true do end end }, function() net.up 'ens787f0' end)")
    await bench.run()
    let end = await bench.rollback()
    #expect(end.leftovers.map(\.step) == ["a"])
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }
}

/// An effect that its undo covers only in part.
private struct Partly: Effect {
  static let name = "test.partly"
  static let summary = "Something is partly there."
  static let example = "test.partly { what = 'x' }"
  @Argument("what") var what: String
  var target: String { what }
  var uncovered: [String] { ["its log stays"] }

  struct State: Codable, Equatable { var isThere: Bool }
  private var path: String { "/etc/partly-\(what)" }

  func observe(_ context: Context) async throws -> State { State(isThere: try context.host.status(path) != nil) }
  func holds(_ state: State) -> Bool { state.isThere }
  func apply(_ context: Context, from state: State) async throws {
    try context.host.replace(path, with: [], mode: 0o644, owner: .root)
  }
  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try context.host.remove(path)
  }
}
