import Testing
import Values

@testable import Engine
@testable import Primitives

/// Never undone: a reboot cannot be taken back, and leaves nothing of its own.
struct HostRebootTests {
  @Test func onceForOneReason() async throws {
    let bench = try EffectBench(.reference)
    await #expect(throws: Rebooting.self) { try await bench.perform(HostReboot.self, "the command line") }
    bench.revive()
    #expect(try await bench.perform(HostReboot.self, "the command line") == .changed)
    #expect(try await bench.undo() == [])
  }

  @Test func aStepThatRunsAgainAfterItDoesNotRebootTwice() async throws {
    let bench = try EffectBench(.reference)
    await #expect(throws: Rebooting.self) { try await bench.perform(HostReboot.self, "the command line") }
    bench.revive()
    try await bench.perform(HostReboot.self, "the command line")
    let boot = bench.host.bootID
    bench.revive()
    #expect(try await bench.perform(HostReboot.self, "the command line") == .changed)
    #expect(bench.host.bootID == boot)
  }

  @Test func killedBeforeItTheMachineRebootsAfterAll() async throws {
    let bench = try EffectBench(.reference)
    let boot = bench.host.bootID
    try bench.fault("reboot=kill")
    #expect(await complaint { try await bench.perform(HostReboot.self, "r") }.contains("killed"))
    bench.revive()
    await #expect(throws: Rebooting.self) { try await bench.perform(HostReboot.self, "r") }
    bench.revive()
    #expect(bench.host.bootID != boot)
    #expect(try await bench.perform(HostReboot.self, "r") == .changed)
  }

  @Test func oneThatCannotBeAskedFor() async throws {
    let bench = try EffectBench(.reference)
    try bench.fault("reboot=EPERM")
    #expect(await complaint { try await bench.perform(HostReboot.self, "r") }.contains("EPERM"))
    #expect(complaint(of: HostReboot.self).contains("argument 'reason': is missing"))
  }
}
