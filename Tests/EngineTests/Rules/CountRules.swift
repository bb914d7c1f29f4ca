import MachineModel
import Testing
import Values

@testable import Engine

/// Each effect counts once over the whole run, by its last result.
@Suite struct CountRules {
  private static let write = "file.write { path = '/etc/out', content = 'x' }"

  private func finished(_ bench: Bench) -> [String: Int] {
    let last = bench.events.last
    #expect(last?.entry.kind == .runFinished)
    var counts: [String: Int] = [:]
    for name in ["changed", "held", "failed", "steps"] { counts[name] = last?.entry[name]?.integer }
    return counts
  }

  @Test func heldAndThenChangedIsChanged() async throws {
    let bench = try Bench(step: "\(Self.write) net.up 'ens787f0' if not file.stat '/etc/go' then error 'stop' end")
    let before = try Bench(step: Self.write)
    await before.run()
    bench.model = ModelHost(before.machine)
    await bench.run()
    #expect(finished(bench) == ["changed": 1, "held": 1, "failed": 0, "steps": 0])
    try bench.model.remove("/etc/out")
    try bench.model.replace("/etc/go", with: [], mode: 0o644, owner: .root)
    await bench.resume()
    #expect(finished(bench) == ["changed": 2, "held": 0, "failed": 0, "steps": 1])
  }

  @Test func failedAndThenChangedIsChanged() async throws {
    let bench = try Bench(step: Self.write)
    bench.model.faults = [try Fault("replace@1=EIO")]
    await bench.run()
    #expect(finished(bench) == ["changed": 0, "held": 0, "failed": 1, "steps": 0])
    await bench.resume()
    #expect(finished(bench) == ["changed": 1, "held": 0, "failed": 0, "steps": 1])
  }

  @Test func takenBackAndThenHeldIsHeld() async throws {
    let bench = try Bench(Bench.header + "checkpoint 'start' step('s', function() \(Self.write) end)")
    await bench.run()
    let done = bench.machine
    await bench.rollback(to: "start")
    #expect(finished(bench) == ["changed": 0, "held": 0, "failed": 0, "steps": 0])
    // Another hand has done it meanwhile.
    bench.model = ModelHost(done)
    await bench.resume()
    #expect(bench.results("file.write").last == "held")
    #expect(finished(bench) == ["changed": 0, "held": 1, "failed": 0, "steps": 1])
    // What is not ours is not taken back.
    await bench.rollback()
    #expect(try bench.model.text("/etc/out") == "x")
  }

  @Test func anEffectThatCannotEvenBeLookedAtFailed() async throws {
    let bench = try Bench(step: Self.write)
    bench.model.faults = [try Fault("status:/etc/out=EIO"), try Fault("read:/etc/out=EIO")]
    #expect(await bench.run().error != nil)
    #expect(bench.results("file.write") == ["failed"])
    #expect(finished(bench)["failed"] == 1)
    // It never touched anything: nothing stands.
    #expect(bench.history.standing.isEmpty)
  }

  @Test func theSameEffectTwiceInAStepCountsOnce() async throws {
    let bench = try Bench(step: "\(Self.write) \(Self.write)")
    await bench.run()
    #expect(finished(bench) == ["changed": 1, "held": 0, "failed": 0, "steps": 1])
  }
}
