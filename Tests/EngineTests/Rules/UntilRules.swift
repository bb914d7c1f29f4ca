import Testing
import Values

@testable import Engine

/// `--until` stops where it says, also where the step has nothing to do any more.
@Suite struct UntilRules {
  static let source =
    Bench.header + """
      phase 'First part'
      step('swap-off', function() note 'a' end)
      step('held', { check = function() return true end }, function() note 'not run' end)
      phase 'Second'
      step('c', function() note 'c' end)
      """

  private static func bench(until: String) throws -> Bench {
    let bench = try Bench(source)
    bench.configure = { $0.until = until }
    return bench
  }

  /// What is accepted as the name of a step is also where the run stops.
  @Test(arguments: ["swap-off", "Swap off", "swap_off", "SWAP-OFF"])
  func everySpellingThatIsAcceptedStops(until: String) async throws {
    let bench = try Self.bench(until: until)
    #expect(bench.scripts.problem(withUntil: until) == nil)
    #expect(await bench.run().error == nil)
    #expect(bench.notes == ["a"])
    #expect(bench.history.status == .done(until: until))
  }

  @Test func aStepWhoseCheckHoldsIsDoneToo() async throws {
    let bench = try Self.bench(until: "held")
    #expect(await bench.run().error == nil)
    #expect(bench.notes == ["a"])
  }

  @Test func aStepThatAnEarlierLifeCompletedIsDoneToo() async throws {
    let bench = try Self.bench(until: "swap-off")
    await bench.run()
    #expect(await bench.resume().error == nil)
    #expect(bench.notes == ["a"])
    #expect(bench.history.status == .done(until: "swap-off"))
  }

  @Test func aStepInAModuleCanBeNamed() async throws {
    let modules = ["m": "return function() step('inside', function() note 'inside' end) end"]
    let bench = try Bench(
      Bench.header + "local m = require 'm'\nm()\nstep('after', function() note 'after' end)", modules: modules)
    #expect(bench.scripts.problem(withUntil: "inside") == nil)
    #expect(bench.scripts.problem(withUntil: "insite")?.contains("did you mean 'inside'?") == true)
    bench.configure = { $0.until = "inside" }
    #expect(await bench.run().error == nil)
    #expect(bench.notes == ["inside"])
  }

  /// A name that is put together is in no text; then only the run can tell.
  @Test func aStepWhoseNameIsPutTogetherCanBeNamed() async throws {
    let bench = try Bench(
      Bench.header + "for i = 1, 3 do step('part-' .. i, function() note(tostring(i)) end) end")
    #expect(bench.scripts.problem(withUntil: "part-2") == nil)
    bench.configure = { $0.until = "part-2" }
    #expect(await bench.run().error == nil)
    #expect(bench.notes == ["1", "2"])
  }

  @Test func itStopsBehindACheckpointToo() async throws {
    let bench = try Bench(
      Bench.header + "step('a', function() note 'a' end)\ncheckpoint 'there'\nstep('b', function() note 'b' end)")
    #expect(bench.scripts.problem(withUntil: "there") == nil)
    bench.configure = { $0.until = "there" }
    #expect(await bench.run().error == nil)
    #expect(bench.history.status == .done(until: "there"))
    #expect(await bench.resume().error == nil)
    #expect(bench.notes == ["a"])
  }

  @Test func whatOnlyLooksLikeAStepIsNone() {
    let scripts = Bench.scripts(
      Bench.header + "-- step('commented', …)\nlocal substep = print\nsubstep('sub')\nstep('real', print)")
    #expect(scripts.problem(withUntil: "real") == nil)
    #expect(scripts.problem(withUntil: "sub") != nil)
  }
}
