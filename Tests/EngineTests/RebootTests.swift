import Host
import MachineModel
import Testing
import Values

@testable import Engine

/// What a reboot loses comes back, and no reason reboots twice.
@Suite struct RebootTests {
  static let source =
    Bench.header + """
      step('huge', { boot = true }, function() hugepages.reserve { node = 0, count = 2 } end)
      step('keep', function() file.write { path = '/etc/a', content = '1' } end)
      """

  @Test func bootReappliesABootStepAndNothingElse() async throws {
    let bench = try Bench(Self.source)
    await bench.run()
    let after = bench.machine
    bench.reboot()
    #expect(!bench.differences(from: after).isEmpty)
    #expect(await bench.boot().error == nil)
    #expect(bench.differences(from: after).isEmpty)
    #expect(bench.results("file.write") == ["changed"])
    #expect(bench.history.status == .done(until: nil))
    let operations = bench.model.operations
    #expect(await bench.boot().error == nil)
    #expect(bench.model.operations == operations)
  }

  @Test func aBootStepOfAnotherBootRunsAgainWhenItsRunIsResumed() async throws {
    let bench = try Bench(Self.source + "step('last', function() error 'stop' end)")
    await bench.run()
    bench.reboot()
    await bench.resume()
    #expect(bench.results("hugepages.reserve") == ["changed", "changed"])
    #expect(bench.history.counts.changed == 2)
    await bench.rollback()
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  @Test func bootStopsAtTheFirstStepThatWasNeverDone() async throws {
    let bench = try Bench(
      Self.source
        + "step('last', function() error 'stop' end) step('never', { boot = true }, function() error 'no' end)")
    await bench.run()
    bench.reboot()
    #expect(await bench.boot().error == nil)
    #expect(bench.history.steps["never"] == nil)
    #expect(bench.history.status == .failed)
  }

  @Test func atBootARestartOfAUnitThatHasNotStartedHolds() async throws {
    let source = Bench.header + "step('r', { boot = true }, function() systemd.restart 'kubelet.service' end)"
    let bench = try Bench(source, machine: Example.machine("prepared"))
    await bench.run()
    bench.reboot()
    #expect(await bench.boot().error == nil)
    #expect(bench.results("systemd.restart").last == "held")
  }

  @Test func whatBootReappliesDoesNotHideThatTheRunWasCutOff() async throws {
    let bench = try Bench(Self.source + "step('last', function() file.write { path = '/etc/b', content = '1' } end)")
    bench.configure = { $0.until = "last" }
    bench.model.faults = [try Fault("replace:/etc/b=kill")]
    await bench.run()
    bench.log.die()
    bench.reboot()
    await bench.boot()
    #expect(bench.history.wasCutByReboot(now: bench.model.bootID))
    #expect(bench.history.until == "last")
  }

  static let rebooting = Bench.header + "step('r', function() host.reboot 'a reason' note 'after' end)"

  @Test func aRunGoesOnAfterItsReboot() async throws {
    let bench = try Bench(Self.rebooting)
    let end = await bench.run()
    guard case RunError.rebooting(reason: "a reason")? = end.error else { throw Unexpected(end.error) }
    #expect(bench.history.status == .rebooting)
    #expect(await bench.resume().error == nil)
    #expect(bench.notes == ["after"])
  }

  @Test func theSameReasonRebootsOnce() async throws {
    let bench = try Bench(Bench.header + "step('r', function() host.reboot 'a reason' error 'still off' end)")
    await bench.run()
    for _ in 0..<3 { await bench.resume() }
    #expect(bench.log.entries.filter { $0.kind == .intent }.count == 1)
    #expect("\(try #require(await bench.resume().error))".contains("still off"))
  }

  @Test func aStepThatFailsAfterItsRebootDoesNotRebootAgain() async throws {
    let bench = try Bench(
      Bench.header
        + "step('r', function() host.reboot 'a reason' host.reboot 'a reason' if not file.stat '/etc/go' then error 'later' end end)"
    )
    await bench.run()
    await bench.resume()
    #expect("\(try #require(await bench.resume().error))".contains("later"))
    #expect(bench.results("host.reboot") == ["changed"])
  }

  @Test func aRehearsalRebootsByTheWay() async throws {
    let bench = try Bench(Self.rebooting)
    bench.configure = { $0.goesOnAfterReboot = true }
    #expect(await bench.run().error == nil)
    #expect(bench.history.status == .done(until: nil))
  }

  @Test func aPowerCutDuringTheRebootIsTheReboot() async throws {
    let bench = try Bench(Self.rebooting)
    bench.model.faults = [try Fault("reboot=kill")]
    await bench.run()
    bench.log.die()
    bench.reboot()
    #expect(bench.history.wasCutByReboot(now: bench.model.bootID))
    #expect(await bench.resume().error == nil)
  }
}
