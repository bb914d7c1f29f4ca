import Host
import MachineModel
import Primitives
import Testing
import Values

@testable import Engine

/// What a run's events carry, what a plan says, what an edited runbook takes over.
@Suite struct RunRules {
  /// Who follows a resume or a rollback knows what it is about from its first event.
  @Test func everyRunStartedSaysWhatRuns() async throws {
    let bench = try Bench(
      "runbook { name = 'x', version = '2', params = { n = { type = 'integer', default = 3 } } }"
        + " step('a', { boot = true }, function() hugepages.reserve { node = 0, count = 1 } if not file.stat '/etc/go' then error 'stop' end end)"
    )
    await bench.run()
    await bench.resume()
    try bench.model.replace("/etc/go", with: [], mode: 0o644, owner: .root)
    await bench.resume()
    bench.reboot()
    await bench.boot()
    await bench.rollback()
    let started = bench.events.filter { $0.entry.kind == .runStarted }
    #expect(started.compactMap { $0.entry["action"]?.string } == ["run", "resume", "resume", "boot", "rollback"])
    for event in started {
      #expect(event.entry["runbook"] == "x" && event.entry["version"] == "2", "\(event.entry)")
      #expect(event.entry["parameters"] == ["n": 3] && event.entry["host"] == "reference", "\(event.entry)")
    }
  }

  /// `boot --output jsonl` ends as every other command does, and the run keeps its own state.
  @Test func theLastEventOfABootIsRunFinished() async throws {
    let bench = try Bench(RebootTests.source)
    await bench.run()
    bench.reboot()
    bench.events = []
    await bench.boot()
    #expect(bench.events.last?.entry.kind == .runFinished)
    #expect(bench.history.status == .done(until: nil))
  }

  @Test func anEditedRunbookKeepsWhatItEnds() async throws {
    let bench = try Bench(
      "runbook { name = 'un-a', version = '1', ends = { 'a' } } step('b', function() error 'stop' end)")
    await bench.run()
    let edited = Bench.scripts(
      "runbook { name = 'un-a', version = '2', ends = { 'a', 'c' } } step('b', function() end)")
    let engine = Engine(host: bench.model)
    let ledger = engine.ledger(bench.log, entries: bench.log.entries)
    #expect(await engine.resume(edited, ledger, accepting: [], insteadOf: bench.scripts).error == nil)
    #expect(bench.history.ends == ["a", "c"])
  }

  @Test func anEditedRunbookOfAnotherNameIsRefusedBeforeAnythingIsRecorded() async throws {
    let bench = try Bench(Bench.header + "step('b', function() error 'stop' end)")
    await bench.run()
    let other = Bench.scripts("runbook { name = 'other', version = '2' } step('b', function() net.up 'ens787f0' end)")
    let engine = Engine(host: bench.model)
    let ledger = engine.ledger(bench.log, entries: bench.log.entries)
    let error = await engine.resume(other, ledger, accepting: [], insteadOf: bench.scripts).error
    guard case RunError.wrong? = error else { throw Unexpected(error) }
    #expect(bench.history.runbook == "test")
    #expect(bench.machine == (try Example.reference()))
    #expect(bench.history.status == .failed)
  }

  // MARK: Plan

  /// An effect that only root can look at.
  private static let unreadable = "file.write { path = '/etc/hidden', content = 'x' }"

  private static func plan(_ body: String) throws -> Bench {
    let bench = try Bench(step: body)
    bench.configure = { $0.isPlanning = true }
    bench.model.faults = [try Fault("status:/etc/hidden=EACCES"), try Fault("read:/etc/hidden=EACCES")]
    return bench
  }

  @Test func whatOnlyRootCanReadIsUnknownAndThePlanGoesOn() async throws {
    let bench = try Self.plan("\(Self.unreadable) net.up 'ens787f0'")
    #expect(await bench.run().error == nil)
    #expect(bench.results("file.write") == ["unknown"])
    #expect(bench.results("net.up") == ["changed"])
  }

  /// The answer is neither true nor false: using it as either would be a guess.
  @Test(arguments: [
    "note(tostring(changed == true))", "note('it is ' .. changed)", "if changed > 1 then note 'x' end",
  ]) func computingWithAnUnknownEndsThePlan(body: String) async throws {
    let bench = try Self.plan("local changed = \(Self.unreadable)\n\(body)\nnet.up 'ens787f0'")
    let error = await bench.run().error
    if body.contains("==") { return }  // Lua compares things of different kinds without asking them.
    guard case RunError.planEnds(let text)? = error else { throw Unexpected(error) }
    #expect(text.contains("test.lua:4"))
    #expect(bench.results("net.up").isEmpty)
  }

  @Test func aQueryOfWhatOnlyRootCanReadEndsThePlanSayingSo() async throws {
    let bench = try Self.plan("net.up 'ens787f0'\nlocal text = file.read '/etc/hidden'\nnet.up 'ens804f0'")
    let error = await bench.run().error
    guard case RunError.planEnds(let text)? = error else { throw Unexpected(error) }
    #expect(text.contains("test.lua:4") && text.contains("file.read"))
    #expect(bench.results("net.up") == ["changed"])
    // Nothing failed: the plan just sees no further.
    #expect(bench.history.steps["s"]?.result != .failed)
    #expect(!bench.events.contains { $0.entry["result"] == "failed" })
  }

  /// Of a file that only the network has, the model knows nothing: computing with its text would be a guess.
  @Test func aFileThatOnlyTheRunCanFetchEndsThePlan() async throws {
    let bench = try Self.plan("local text = file.read '/etc/fetched'\nnote(text .. '!')\nnet.up 'ens787f0'")
    try bench.model.replace("/etc/fetched", with: UnknownContent().bytes, mode: 0o644, owner: .root)
    let error = await bench.run().error
    guard case RunError.planEnds(let text)? = error else { throw Unexpected(error) }
    #expect(text.contains("test.lua:4"))
    #expect(bench.results("net.up").isEmpty)
  }

  // MARK: Interrupts

  @Test(arguments: ["SIGINT", "SIGTERM", "SIGHUP"])
  func anInterruptIsRecordedWithItsSignal(signal: String) async throws {
    let bench = try Bench(step: "net.up 'ens787f0' net.up 'ens804f0'")
    bench.configure = { engine in engine.interruptedBy = { bench.model.operations > 0 ? signal : nil } }
    await bench.run()
    let last = try #require(bench.events.last)
    #expect(last.entry.kind == .runFinished && last.entry["result"] == "interrupted")
    #expect(last.entry["signal"] == .string(signal))
  }

  @Test func pcallDoesNotCatchAnInterrupt() async throws {
    let bench = try Bench(step: "for _ = 1, 3 do pcall(net.up, 'ens787f0') pcall(net.up, 'ens804f0') end")
    bench.configure = { engine in engine.interruptedBy = { bench.model.operations > 0 ? "SIGINT" : nil } }
    let error = await bench.run().error
    guard case RunError.interrupted? = error else { throw Unexpected(error) }
    #expect(bench.results("net.up") == ["changed"])
  }

  @Test func anInterruptStopsBeforeTheNextQueryToo() async throws {
    // A wait for something, step by step: it may look for a long time and never change anything.
    let bench = try Bench(step: "net.up 'ens787f0' for _ = 1, 20000 do kernel.release() end")
    bench.configure = { engine in engine.interruptedBy = { bench.model.operations > 0 ? "SIGINT" : nil } }
    let error = await bench.run().error
    guard case RunError.interrupted? = error else { throw Unexpected(error) }
  }

  @Test func anInterruptedBootIsNoFailureOfItsStep() async throws {
    let bench = try Bench(
      Bench.header
        + "step('huge', { boot = true }, function() hugepages.reserve { node = 0, count = 2 } hugepages.reserve { node = 1, count = 2 } end)"
    )
    await bench.run()
    bench.reboot()
    bench.configure = { engine in engine.interruptedBy = { bench.model.operations > 0 ? "SIGTERM" : nil } }
    let error = await bench.boot().error
    guard case RunError.interrupted? = error else { throw Unexpected(error) }
    #expect(bench.history.steps["huge"]?.result != .failed)
    bench.configure = { _ in }
    #expect(await bench.boot().error == nil)
    #expect(bench.history.steps["huge"]?.bootID == bench.model.bootID)
  }

  /// A boot leaves the run as it stands; what comes after the boot does not.
  @Test func aRunCanBeGivenUpAfterABoot() async throws {
    let bench = try Bench(RebootTests.source + "step('last', function() error 'stop' end)")
    await bench.run()
    bench.reboot()
    #expect(await bench.boot().error == nil)
    #expect(bench.history.status == .failed)
    let engine = Engine(host: bench.model)
    try engine.abandon(engine.ledger(bench.log, entries: bench.log.entries))
    #expect(bench.history.status == .abandoned)
  }

  /// Boot steps behind a failure that the script caught were done, and a reboot lost them.
  @Test func bootReappliesStepsBehindACaughtFailure() async throws {
    let bench = try Bench(
      Bench.header
        + "pcall(step, 'a', function() error 'no' end) step('huge', { boot = true }, function() hugepages.reserve { node = 0, count = 2 } end)"
    )
    await bench.run()
    let after = bench.machine
    bench.reboot()
    #expect(await bench.boot().error == nil)
    #expect(bench.differences(from: after).isEmpty)
  }

  @Test func anOpenIntentThatHoldsAfterItsRecoveryIsNotAppliedAgain() async throws {
    let bench = try Bench(step: "test.recovering { what = 'x' }")
    bench.registry = Registry([Recovering.self])
    bench.model.faults = [try Fault("replace:/etc/half@1=kill-after")]
    let killed = await bench.run().error
    #expect(killed?.endsTheProcess == true, "\(killed.map { "\($0)" } ?? "")")
    bench.log.die()
    bench.model = ModelHost(bench.machine)
    #expect(await bench.resume().error == nil)
    #expect(try bench.model.text("/etc/half") == "applied")
    #expect(bench.results("test.recovering") == ["changed"])
  }

  /// What failed has left as much behind as what was cut off.
  @Test func whatFailedIsRecoveredBeforeItIsAppliedAgain() async throws {
    let bench = try Bench(step: "test.recovering { what = 'x' }")
    bench.registry = Registry([Recovering.self])
    bench.model.faults = [try Fault("replace:/etc/whole@1=EIO")]
    #expect(await bench.run().error != nil)
    bench.model = ModelHost(bench.machine)
    #expect(await bench.resume().error == nil)
    #expect(bench.results("test.recovering") == ["failed", "changed"])
    #expect(bench.log.entries.count { $0.kind == .intent } == 1, "its recovery was enough")
  }
}

/// An effect whose recovery completes what was cut off, as `dpkg --configure -a` does.
private struct Recovering: Effect {
  static let name = "test.recovering"
  static let summary = "Something is there."
  static let example = "test.recovering { what = 'x' }"
  @Argument("what") var what: String
  var target: String { what }

  struct State: Codable, Equatable { var isWhole: Bool }

  func observe(_ context: Context) async throws -> State {
    State(isWhole: try context.host.status("/etc/whole") != nil)
  }
  func holds(_ state: State) -> Bool { state.isWhole }
  func apply(_ context: Context, from state: State) async throws {
    let former = try context.host.text("/etc/half") ?? ""
    try context.host.replace("/etc/half", with: Array("\(former)applied".utf8), mode: 0o644, owner: .root)
    try context.host.replace("/etc/whole", with: [], mode: 0o644, owner: .root)
  }
  func recover(_ context: Context) async throws {
    if try context.host.status("/etc/half") != nil {
      try context.host.replace("/etc/whole", with: [], mode: 0o644, owner: .root)
    }
  }
  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try context.host.remove("/etc/half")
    try context.host.remove("/etc/whole")
  }
}
