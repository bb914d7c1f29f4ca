import Glibc
import LiveHost
import Testing
import Values

/// Resume: with the run's own copies, or with what was accepted instead; never beside another unfinished run.
@Suite struct ResumeRules {
  private static func source(_ steps: String, version: String = "1") -> String {
    "runbook { name = 'r', version = '\(version)' }\n" + steps
  }

  private static func fails(_ name: String) -> String {
    "step('\(name)', { rollback = function() note 'back' end }, function() file.write { path = '/etc/\(name)', content = '' } if not file.stat '/etc/go-\(name)' then error 'not yet' end end)\n"
  }

  private func name(_ program: Program) async throws -> String {
    try #require(try await program.act("runs", "--output", "jsonl").events.first?["run"]?.string)
  }

  /// What was accepted once belongs to the run: the next resume and the rollback use it.
  @Test func whatWasAcceptedIsTheRunsOwnFromThenOn() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.source(Self.fails("a")))
    #expect(try await program.act("run", runbook).status == 1)
    let edited = Self.source("step('a', function() end)\n" + Self.fails("b"), version: "2")
    _ = try program.file("r.lua", edited)
    let taken = try await program.act("resume", "--accept-changes")
    #expect(taken.status == 1 && taken.diagnostics.contains("r.lua:3: not yet"), "\(taken.diagnostics)")
    let again = try await program.act("resume")
    #expect(again.status == 1 && again.diagnostics.contains("r.lua:3: not yet"), "\(again.diagnostics)")
    #expect(try await program.act("verify").status == 0)
    let back = try await program.act("rollback")
    #expect(back.status == 0, "\(back.diagnostics)")
  }

  @Test func failedAndRolledBackUsesWhatWasAccepted() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.source(Self.fails("a")))
    #expect(try await program.act("run", runbook).status == 1)
    _ = try program.file("r.lua", Self.source("step('a', function() end)\n" + Self.fails("b"), version: "2"))
    let end = try await program.act("resume", "--accept-changes", "--on-failure", "rollback")
    #expect(end.status == 3, "\(end.diagnostics)")
  }

  /// Wherever the runbook was, and wherever the operator is now.
  @Test func aResumeSaysThatTheOriginalDiffers() async throws {
    let program = try Program()
    #expect(mkdir("\(program.folder)/books", 0o755) == 0)
    let runbook = try program.file("books/r.lua", Self.source(Self.fails("a")))
    #expect(try await program.act("run", runbook).status == 1)
    let same = try await program.act("resume")
    #expect(!same.diagnostics.contains("changed since"), "\(same.diagnostics)")
    _ = try program.file("books/r.lua", Self.source("step('a', function() end)"))
    let differs = try await program.act("resume")
    #expect(
      differs.diagnostics.contains("r.lua") && differs.diagnostics.contains("changed since"), "\(differs.diagnostics)")
    #expect(differs.status == 1)
  }

  /// A run goes on with the values that it began with; another one that is given for it is not passed over in silence.
  @Test func otherValuesAreNotPassedOverInSilence() async throws {
    let program = try Program()
    #expect(mkdir("\(program.folder)/ours", 0o755) == 0)
    _ = try program.file("ours/site.yaml", "pages: 1\n")
    let runbook = try program.file(
      "r.lua",
      "local params = runbook { name = 'r', version = '1', params = { pages = { type = 'integer' } } }\n"
        + "step('a', function() error(params.pages .. ' pages') end)")
    let site = "\(program.folder)/ours"
    #expect(try await program.act("run", runbook, "--site", site).status == 1)
    let same = try await program.act("resume", "--site", site)
    #expect(!same.diagnostics.contains("changed since"), "\(same.diagnostics)")
    _ = try program.file("ours/site.yaml", "pages: 2\n")
    let note = try await program.act("resume", "--site", site)
    #expect(note.diagnostics.contains("the site's pages changed since the run began"), "\(note.diagnostics)")
    #expect(note.diagnostics.contains("1 pages"), "\(note.diagnostics)")
    let refused = try await program.act("resume", "--set", "pages=3")
    #expect(refused.status == 64 && refused.diagnostics.contains("--set takes hold with --accept-changes"))
    #expect(try await program.act("resume", "--set", "pages=3", "--accept-changes").diagnostics.contains("3 pages"))
  }

  @Test func aSiteThatIsTheSameIsNotReportedAsChanged() async throws {
    let program = try Program()
    #expect(mkdir("\(program.folder)/site", 0o755) == 0 && mkdir("\(program.folder)/site/lib", 0o755) == 0)
    _ = try program.file("site/lib/m.lua", "return 1")
    let runbook = try program.file("r.lua", Self.source("require 'm'\n" + Self.fails("a")))
    #expect(try await program.act("run", runbook, "--site", "\(program.folder)/site").status == 1)
    let resumed = try await program.act("resume")
    #expect(!resumed.diagnostics.contains("changed since"), "\(resumed.diagnostics)")
  }

  @Test func aMisspeltPlaceToStopIsRefusedByResumeToo() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.source(Self.fails("a")))
    #expect(try await program.act("run", runbook).status == 1)
    let resumed = try await program.act("resume", "--until", "nonsense")
    #expect(resumed.status == 64 && resumed.diagnostics.contains("--until nonsense"), "\(resumed.diagnostics)")
  }

  /// Two unfinished runs of one machine would have no order in which they can be taken back.
  @Test func anotherRunIsNotResumedBesideAnUnfinishedOne() async throws {
    let program = try Program()
    let done = try program.file(
      "d.lua", "runbook { name = 'd', version = '1' } step('a', function() net.up 'ens787f0' end)")
    #expect(try await program.act("run", done, "--until", "a").status == 0)
    let older = try await name(program)
    let runbook = try program.file("r.lua", Self.source(Self.fails("a")))
    #expect(try await program.act("run", runbook).status == 1)
    let unfinished = try await name(program)
    let resumed = try await program.act("resume", older)
    #expect(resumed.status == 5, "\(resumed.diagnostics)")
    for way in ["resume", "rollback", "abandon"] {
      #expect(resumed.diagnostics.contains("vsrrun \(way) \(unfinished)"))
    }
  }

  @Test func resumingADoneRunDoesNothingAndSaysSo() async throws {
    let program = try Program()
    let done = try program.file(
      "d.lua", "runbook { name = 'd', version = '1' } step('a', function() net.up 'ens787f0' end)")
    #expect(try await program.act("run", done).status == 0)
    let machine = try program.read(program.machine)
    let run = try await name(program)
    let resumed = try await program.act("resume", run)
    #expect(resumed.status == 0 || resumed.status == 64, "\(resumed.diagnostics)")
    #expect(try program.read(program.machine) == machine)
    let without = try await program.act("resume")
    #expect(without.status == 64 && without.diagnostics.contains("no unfinished run"))
  }

  @Test func aRunThatRebootsEndsWithSixAndGoesOnAfterwards() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua",
      Self.source("step('a', function() host.reboot 'a reason' file.write { path = '/etc/a', content = '' } end)"))
    let first = try await program.act("run", runbook, "--output", "jsonl")
    #expect(first.status == 6, "\(first.diagnostics)")
    #expect(first.events.last?["type"] == "run.finished" && first.events.last?["result"] == "rebooting")
    let beside = try await program.act("run", runbook)
    #expect(beside.status == 5 && beside.diagnostics.contains("rebooting"))
    let second = try await program.act("resume", "--after-boot", "--output", "jsonl")
    #expect(second.status == 0 && second.events.last?["result"] == "done", "\(second.diagnostics)")
    let nothing = try await program.act("resume", "--after-boot")
    #expect(nothing.status == 0)
  }

  /// A run whose copies are gone is one broken run: the boot steps of the others are re-applied all the same.
  @Test func oneBrokenRunDoesNotKeepBootFromTheOthers() async throws {
    let program = try Program()
    func runbook(_ name: String, _ body: String) throws -> String {
      try program.file(
        "\(name).lua", "runbook { name = '\(name)', version = '1' } step('a', { boot = true }, function() \(body) end)")
    }
    #expect(try await program.act("run", runbook("one", "hugepages.reserve { node = 0, count = 1 }")).status == 0)
    #expect(try await program.act("run", runbook("two", "hugepages.reserve { node = 1, count = 1 }")).status == 0)
    let copy = "\(program.state)/runs/\(try await name(program))/lua/runbook/two.lua"
    try LiveHost().remove(copy)
    #expect(try await program.call("machine", "reboot", program.machine).status == 0)
    let boot = try await program.act("boot", "--output", "jsonl")
    #expect(boot.status == 1 && boot.diagnostics.contains("two.lua"), "\(boot.diagnostics)")
    #expect(boot.events.contains { $0["primitive"] == "hugepages.reserve" && $0["result"] == "changed" })
  }

  /// The run that ended another is what keeps it from coming back at boot.
  @Test func pruneKeepsWhatRetiresAnotherRun() async throws {
    let program = try Program()
    let install = try program.file(
      "i.lua",
      "runbook { name = 'i', version = '1' } step('a', { boot = true }, function() hugepages.reserve { node = 0, count = 1 } end)"
    )
    let uninstall = try program.file(
      "u.lua", "runbook { name = 'u', version = '1', ends = { 'i' } } step('a', function() end)")
    #expect(try await program.act("run", install).status == 0)
    #expect(try await program.act("run", uninstall).status == 0)
    #expect(try await program.act("prune", "--keep", "0").status == 0)
    #expect(try await program.call("machine", "reboot", program.machine).status == 0)
    let before = try program.read(program.machine)
    #expect(try await program.act("boot").status == 0)
    #expect(try program.read(program.machine) == before)
  }

  /// It is in the way of the next run although nothing of it stands.
  @Test func aRunThatFailedBeforeItChangedAnythingIsRolledBackWithoutItsName() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.source("step('a', function() error 'no' end)"))
    #expect(try await program.act("run", runbook).status == 1)
    #expect(try await program.act("run", runbook).status == 5)
    let rollback = try await program.act("rollback")
    #expect(rollback.status == 0, "\(rollback.diagnostics)")
    #expect(try await program.act("run", runbook).status == 1)
  }

  /// Half of it is back already: whatever may run next would build on a machine that nobody described.
  @Test func aRollbackThatWasBegunIsNotGivenUp() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua",
      Self.source(
        "step('a', { rollback = function() local n = 0 for i = 1, 30000000 do n = n + 1 end end }, function() net.up 'ens787f0' end)"
      ))
    #expect(try await program.act("run", runbook).status == 0)
    let rollback = try Background(
      program, ["rollback", "--yes", "--output", "jsonl", "--machine", program.machine, "--state", program.state])
    #expect(rollback.wait { rollback.text.contains("run.started") })
    rollback.signal(SIGKILL)
    _ = rollback.end(within: 5)
    let run = try await name(program)
    #expect(try await program.act("runs").output.contains("rollback cut off"))
    let abandon = try await program.act("abandon", run)
    #expect(abandon.status != 0 && abandon.diagnostics.contains("vsrrun rollback \(run)"), "\(abandon.diagnostics)")
    let beside = try await program.act("run", runbook)
    #expect(beside.status == 5, "\(beside.diagnostics)")
    #expect(!beside.diagnostics.contains("vsrrun resume \(run)"), "only the rollback helps: \(beside.diagnostics)")
    #expect(try await program.act("rollback").status == 0)
  }
}
