import Primitives
import Testing
import Values

@testable import Engine

/// The operator stops a run while an effect waits: it stays begun, and a resume goes on with it.
@Suite struct InterruptionTests {
  private func bench(stopAt look: Int) throws -> Bench {
    let bench = try Bench(step: "net.up 'ens787f0'\ntest.wait {}")
    bench.registry = Registry.standard.adding([Wait.self])
    var looks = 0
    bench.configure = { engine in
      engine.interruptedBy = {
        looks += 1
        return looks == look ? "SIGTERM" : nil
      }
    }
    return bench
  }

  @Test func theIntentStaysOpenAndNothingHasFailed() async throws {
    // Asked before the step, before each effect, and then by the wait.
    let bench = try bench(stopAt: 4)
    let error = await bench.run().error
    guard case RunError.interrupted? = error else { throw Unexpected(error) }
    #expect(bench.history.status == .interrupted)
    #expect(bench.results("test.wait") == [])
    #expect(bench.history.effects.values.contains { $0.id.primitive == "test.wait" && $0.openIntent != nil })
    #expect(bench.log.entries.last?["failed"] == 0)

    #expect(await bench.resume().error == nil)
    #expect(bench.results("test.wait") == ["changed"])
    #expect(bench.log.entries.count { $0.kind == .intent && $0["primitive"] == "test.wait" } == 1)
  }

  @Test func theScriptCannotCatchIt() async throws {
    let bench = try bench(stopAt: 3)
    bench.scripts = Bench.scripts(Bench.header + "step('s', function() pcall(test.wait, {}) net.up 'ens787f0' end)")
    let error = await bench.run().error
    guard case RunError.interrupted? = error else { throw Unexpected(error) }
    #expect(bench.results("net.up") == [])
  }

  @Test func aRollbackThatWaitsGoesOnToo() async throws {
    let bench = try bench(stopAt: .max)
    #expect(await bench.run().error == nil)
    var asked = 0
    bench.configure = { engine in
      engine.interruptedBy = {
        asked += 1
        return asked == 2 ? "SIGINT" : nil
      }
    }
    let error = await bench.rollback().error
    guard case RunError.interrupted? = error else { throw Unexpected(error) }
    #expect(bench.history.status == .rollingBack(to: nil))
    #expect(await bench.rollback().error == nil)
    #expect(bench.results("test.wait") == ["changed", "undone"])
    #expect(bench.history.status == .rolledBack(to: nil))
  }

  @Test func peopleSeeWhatIsWaitedForAndNothingIsRecorded() async throws {
    let bench = try bench(stopAt: .max)
    var told: [String] = []
    bench.configure = { $0.tell = { told.append($0) } }
    #expect(await bench.run().error == nil)
    #expect(told == ["the machine takes its time"])
    #expect(!bench.log.entries.contains { "\($0.fields)".contains("takes its time") })
  }
}

/// Something that takes time.
private struct Wait: Effect {
  static let name = "test.wait"
  static let summary = "It has been waited for."
  static let example = "test.wait {}"

  var target: String { "/etc/waited" }

  struct State: Codable, Equatable { var isThere: Bool }

  func observe(_ context: Context) async throws -> State { State(isThere: try context.host.exists(target)) }
  func holds(_ state: State) -> Bool { state.isThere }
  func apply(_ context: Context, from state: State) async throws {
    context.tell("the machine takes its time")
    try await context.pause(seconds: 2)
    try context.host.makeDirectory(target, mode: 0o755)
  }
  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await context.pause(seconds: 2)
    try context.host.remove(target)
  }
}
