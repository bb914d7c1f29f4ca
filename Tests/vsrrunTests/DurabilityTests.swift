import Host
import LiveHost
import Testing
import Values

/// What durability costs, counted by the kernel.
@Suite struct DurabilityTests {
  @Test func aChangedEffectCostsOneSyncAndAnUnchangedOneNone() async throws {
    let program = try Program()
    let first = try await count(program)
    // Each step, each checkpoint and the run's end are made durable once; so is each intent.
    #expect(first.syncs == first.changed + first.steps + first.checkpoints + 1)
    let second = try await count(program)
    #expect(second.changed == 0)
    #expect(second.syncs == second.steps + second.checkpoints + 1)
    print(
      "fdatasync: first run \(first.syncs) for \(first.changed) changes and \(first.steps) steps, second run \(second.syncs)"
    )
  }

  private func count(_ program: Program) async throws -> (syncs: Int, changed: Int, steps: Int, checkpoints: Int) {
    let trace = "\(program.folder)/trace"
    let run = try await program.act(
      "run", "install-single-node", "--output", "jsonl", under: ["strace", "-f", "-e", "trace=fdatasync", "-o", trace])
    #expect(run.status == 0, "\(run.diagnostics)")
    let syncs = try program.read(trace).split(separator: "\n").count { $0.contains("fdatasync(") }
    let end = try #require(run.events.last)
    return (
      syncs, end["changed"]?.integer ?? 0, end["steps"]?.integer ?? 0, run.events.count { $0["type"] == "checkpoint" }
    )
  }

  @Test func aFullDiskStopsTheRunWithAWayOutAndTheRunGoesOnOnceThereIsSpace() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua",
      """
      runbook { name = 'r', version = '1' }
      for i = 1, 50 do
        step('s' .. i, function() file.write { path = '/etc/f' .. i, content = ('x'):rep(100) } end)
      end
      """)
    // A limit on the size of written files is a full disk for the journal.
    let cut = try await program.act("run", runbook, under: ["prlimit", "--fsize=20000"])
    #expect(cut.status == 1)
    #expect(cut.diagnostics.contains("journal"), "\(cut.diagnostics)")
    let resumed = try await program.act("resume", "--output", "jsonl")
    #expect(resumed.status == 0, "\(resumed.diagnostics)")
    #expect(resumed.events.last?["changed"] == 50)
  }
}
