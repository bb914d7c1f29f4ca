import Testing
import Values

@testable import Engine

/// Headers, parameters, where a run stops.
@Suite struct RunbookTests {
  static let source = """
    local p = runbook { name = 'test', version = '1', params = {
      count = { type = 'integer', default = 16, min = 1, max = 32 },
      mode = { type = 'string', default = 'on', values = { 'on', 'off' } },
      list = { type = 'list', default = {} },
      must = { type = 'string' },
      token = { type = 'secret', default = 'file:/etc/token' },
    } }
    step('s', function() note(p.count .. p.mode .. #p.list .. p.must .. type(p.token)) end)
    """

  @Test func aParameterHasItsDefaultOrWhatWasGiven() async throws {
    let bench = try Bench(Self.source)
    #expect(await bench.run(["must": "x", "count": 2]).error == nil)
    #expect(bench.notes == ["2on0xuserdata"])
  }

  @Test(
    arguments: [
      (["must": "x", "count": 33], "--set: parameter 'count': expected 32 or less, got 33"),
      (["must": "x", "cuont": 3], "did you mean 'count'?"), (["must": "x", "mode": "of"], "did you mean"),
      (["must": 3], "parameter 'must': expected string, got 3"), ([:], "'must' has no default and was not given"),
      (["must": "x", "token": "hunter2"], "never the secret"),
    ] as [([String: Value], String)]) func aValueThatDoesNotFitIsRefusedBeforeAnythingIsWritten(
      given: [String: Value], text: String
    )
    async throws
  {
    let bench = try Bench(Self.source)
    let error = await bench.run(given).error
    guard case RunError.wrong(let message)? = error else { throw Unexpected(error) }
    #expect(message.contains(text))
    #expect(!message.contains("hunter2"))
    #expect(bench.log.entries.isEmpty)
  }

  @Test(arguments: [
    ("runbook { nme = 'x' }", "did you mean 'name'?"), ("runbook { name = 'x' }", "'version' is missing"),
    ("runbook 'x'", "expected a table"), ("runbook { name = 'x', version = '1', api = 99 }", "needs engine API 99"),
    ("runbook { name = 'x', version = '1', params = { a = { type = 'int' } } }", "expected one of"),
    ("local x = 1", "never calls runbook"), ("step('s', function() end)", "has to come before"),
    ("x = = 1", "test.lua:1:"),
  ]) func aHeaderThatIsWrongIsRefusedWithItsPlace(source: String, text: String) async throws {
    let error = await (try Bench(source)).run().error
    guard case RunError.wrong(let message)? = error else { throw Unexpected(error) }
    #expect(message.contains(text) && message.hasPrefix("test.lua:1"))
  }

  static let phases =
    Bench.header + """
      phase 'First part'
      step('a', function() note 'a' end)
      step('b', function() note 'b' end)
      checkpoint 'first'
      phase 'Second'
      step('c', function() note 'c' end)
      """

  @Test(arguments: [
    ("a", ["a"]), ("First part", ["a", "b"]), ("first-part", ["a", "b"]), ("second", ["a", "b", "c"]),
  ])
  func untilStopsAfterAStepOrAPhase(until: String, notes: [String]) async throws {
    let bench = try Bench(Self.phases)
    bench.configure = { $0.until = until }
    _ = await bench.run()
    #expect(bench.notes == notes)
    #expect(!bench.history.status.isUnfinished)
    bench.configure = { _ in }
    #expect(await bench.resume().error == nil)
    #expect(bench.notes == ["a", "b", "c"])
  }

  @Test func untilAPhaseIncludesItsCheckpoint() async throws {
    let bench = try Bench(Self.phases)
    bench.configure = { $0.until = "first-part" }
    _ = await bench.run()
    #expect(bench.history.checkpoints.map(\.name) == ["first"])
  }

  @Test func aPlaceToStopThatTheRunbookDoesNotHaveIsToldBefore() {
    let scripts = Bench.scripts(Self.phases)
    #expect(scripts.problem(withUntil: "first-part") == nil)
    #expect(scripts.problem(withUntil: "frist-part")?.contains("did you mean 'first-part'?") == true)
  }

  @Test func anInterruptStopsAfterTheEffectAtHand() async throws {
    let bench = try Bench(step: "net.up 'ens787f0' net.up 'ens804f0'")
    bench.configure = { engine in engine.interruptedBy = { bench.model.operations > 0 ? "SIGINT" : nil } }
    let error = await bench.run().error
    guard case RunError.interrupted? = error else { throw Unexpected(error) }
    #expect(bench.results("net.up") == ["changed"])
    #expect(bench.history.status == .interrupted)
    bench.configure = { _ in }
    #expect(await bench.resume().error == nil)
    #expect(bench.history.counts.changed == 2)
  }

  @Test func anEditedRunbookIsTakenOverWithItsParametersAndSaysWhatIsNotRunAgain() async throws {
    let bench = try Bench(Bench.header + "step('a', function() end)\nstep('b', function() error 'stop' end)")
    await bench.run()
    let edited = Bench.scripts(
      "local p = runbook { name = 'test', version = '2', params = { x = { type = 'integer', default = 1 } } }\nstep('a', function() error 'no' end)\nstep('b', function() note(p.x) end)"
    )
    let engine = Engine(host: bench.model)
    let ledger = engine.ledger(bench.log, entries: bench.log.entries)
    let end = await engine.resume(
      edited, ledger, accepting: [("x", GivenValue(5, origin: "--set"))], insteadOf: bench.scripts)
    #expect(end.error == nil)
    #expect(bench.notes.first?.contains("steps that differ: a, b; of those completed, and not run again: a") == true)
    #expect(bench.notes.last == "5")
    #expect(bench.history.version == "2")
  }

  @Test func whatAPlanDidNotForeseeIsReported() async throws {
    let bench = try Bench(step: "net.up 'ens787f0' net.up 'ens804f0'")
    let foreseen = Entry(
      sequence: 0, time: 0, kind: .effect,
      fields: ["step": "s", "primitive": "net.up", "target": "ens787f0", "result": "changed"])
    bench.configure = { $0.prediction = Prediction([foreseen]) }
    await bench.run()
    #expect(bench.notes == ["the plan did not foresee it: net.up ens804f0"])
  }
}
