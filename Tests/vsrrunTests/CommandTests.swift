import Glibc
import LiveHost
import Testing
import Values

/// What scripts rely on: exit codes, what goes where, the words of refusals.
@Suite struct CommandTests {
  static let install = "install-single-node"

  @Test func versionAndHelp() async throws {
    let program = try Program()
    #expect(try await program.call("--version").output.hasPrefix("0."))
    let help = try await program.call("--help").output
    for command in [
      "run", "plan", "rehearse", "resume", "rollback", "abandon", "boot", "runs", "show", "log", "verify", "prune",
      "machine", "check", "diff", "docs", "facts", "new", "test", "repl",
    ] {
      #expect(help.contains("  \(command)"), "\(command)")
    }
  }

  @Test(arguments: [
    (["frobnicate"], 64, "frobnicate"), (["run"], 64, "runbook"), (["run", "--nonsense", "x"], 64, "nonsense"),
    (["run", "instal-single-node", "--yes"], 64, "did you mean 'install-single-node.lua'?"),
    (["run", "install-single-node", "--yes", "--until", "memroy"], 64, "--until memroy"),
    (["run", "install-single-node", "--yes", "--machine", "gone.yaml"], 65, "gone.yaml"),
    (
      ["run", "install-single-node", "--yes", "--machine", "machine.yaml", "--set", "hugepages=many"], 65,
      "parameter 'hugepages': expected integer"
    ),
    (
      ["rehearse", "install-single-node", "--machine", "machine.yaml", "--fault", "wirte=EIO"], 64, "--fault wirte=EIO"
    ),
    (["show", "nothing"], 64, "vsrrun runs"), (["docs", "sysfs.wirte"], 64, "did you mean 'sysfs.write'?"),
    (
      ["rehearse", "install-single-node", "--machine", "machine.yaml", "--to", "memory"], 64,
      "--to goes with --rollback"
    ),
  ]) func aWrongCallSaysWhatIsWrong(arguments: [String], status: Int, text: String) async throws {
    let program = try Program()
    let result = try await LiveHost().run(.init([Program.path] + arguments, directory: program.folder))
    #expect(result.status == status)
    #expect(String(decoding: result.errorOutput, as: UTF8.self).contains(text))
    #expect(result.output.isEmpty)
  }

  @Test func aRehearsalOnASavedMachineChangesNothing() async throws {
    let program = try Program()
    let first = try await program.call(
      "rehearse", Self.install, "--machine", "machine.yaml", "--save", "after.yaml", "--output", "jsonl")
    #expect(first.status == 0, "\(first.diagnostics)")
    #expect(first.events.last?["type"] == "run.finished" && first.events.last?["result"] == "done")
    #expect((first.events.last?["changed"]?.integer ?? 0) > 30)
    let second = try await program.call(
      "rehearse", Self.install, "--machine", "after.yaml", "--save", "again.yaml", "--output", "jsonl")
    #expect(second.events.last?["changed"] == 0)
    #expect(try program.read("\(program.folder)/after.yaml") == program.read("\(program.folder)/again.yaml"))
  }

  @Test func aRehearsalWithRollbackSavesTheMachineThatItBeganWith() async throws {
    let program = try Program()
    let result = try await program.call(
      "rehearse", Self.install, "--machine", "machine.yaml", "--rollback", "--save", "after.yaml")
    #expect(result.status == 0, "\(result.diagnostics)")
    let diff = try await program.call("machine", "diff", program.machine, "\(program.folder)/after.yaml")
    // What a docker daemon has done to the kernel stays until the next boot, whoever takes the daemon away.
    #expect(diff.output.split(separator: "\n").map { $0.prefix { $0 != ":" } } == ["modules", "sysctl"])
  }

  @Test func aRehearsalWithRollbackSavesTheFileThatItBeganWith() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua", "runbook { name = 'r', version = '1' } step('a', function() net.up 'ens787f0' swap.off() end)")
    let result = try await program.call(
      "rehearse", runbook, "--machine", "machine.yaml", "--rollback", "--save", "after.yaml")
    #expect(result.status == 0, "\(result.diagnostics)")
    #expect(try program.read(program.machine) == program.read("\(program.folder)/after.yaml"))
  }

  @Test func eventsAreOfTheDocumentedForm() async throws {
    let program = try Program()
    let events = try await program.call("rehearse", Self.install, "--machine", "machine.yaml", "--output", "jsonl")
      .events
    #expect(events.first?["type"] == "run.started")
    var last = -1
    for event in events {
      let sequence = try #require(event["seq"]?.integer)
      #expect(sequence > last)
      last = sequence
      #expect(event["run"]?.string != nil && event["time"]?.integer != nil)
      switch event["type"]?.string {
      case "run.started":
        #expect(
          event["runbook"] == "install-single-node" && event["parameters"]?.map != nil && event["host"] == "reference")
      case "step.started": #expect(event["step"]?.string != nil)
      case "step.finished": #expect(event["result"]?.string != nil && event["duration"] != nil)
      case "effect":
        for field in ["step", "primitive", "arguments", "before", "after", "result", "source"] {
          #expect(event[field] != nil, "\(field)")
        }
        #expect(event["source"]?.string?.contains(".lua:") == true)
      case "checkpoint", "note": break
      case "run.finished":
        for field in ["result", "changed", "held", "failed", "steps"] { #expect(event[field] != nil) }
      default: Issue.record("unknown event \(event.json)")
      }
    }
  }

  @Test(arguments: ["text", "json", "jsonl"]) func whatIsWaitedForIsNoData(format: String) async throws {
    let program = try Program(machine: "by-hand")
    let runbook = try program.file(
      "r.lua",
      "runbook { name = 'r', version = '1' } step('a', function() kube.wait_pod { selector = 'app=x', timeout = 3 } end)"
    )
    let result = try await program.act("run", runbook, "--output", format)
    #expect(result.status == 1)
    #expect(result.diagnostics.contains("      … no pod app=x in default is there yet\n"), "\(result.diagnostics)")
    let lines = result.output.split(separator: "\n")
    #expect(lines.isEmpty == (format == "text"))
    for line in lines { #expect((try? Value(json: String(line))) != nil, "\(line)") }
  }

  @Test func aFailedRunSaysHowToGoOnAndIsResumed() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua",
      """
      runbook { name = 'r', version = '1' }
      step('a', function() net.up 'ens787f0' end)
      step('b', function() if not file.stat '/etc/go' then error 'not yet' end end)
      """)
    let failed = try await program.act("run", runbook)
    #expect(failed.status == 1)
    #expect(failed.diagnostics.contains("r.lua:3: not yet") && failed.diagnostics.contains("vsrrun resume"))
    let beside = try await program.act("run", runbook)
    #expect(beside.status == 5)
    for way in ["vsrrun resume", "vsrrun rollback", "vsrrun abandon"] { #expect(beside.diagnostics.contains(way)) }
    let rollback = try await program.act("rollback")
    #expect(rollback.status == 0, "\(rollback.diagnostics)")
    #expect(try await program.act("run", runbook, "--on-failure", "rollback").status == 3)
    #expect(try await program.act("runs").output.contains("rolled back"))
  }

  @Test func abandoningLeavesWhatWasDoneAndLetsAnotherRunBegin() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua", "runbook { name = 'r', version = '1' } step('a', function() net.up 'ens787f0' error 'no' end)")
    #expect(try await program.act("run", runbook).status == 1)
    let run = try #require(try await program.act("runs", "--output", "jsonl").events.first?["run"]?.string)
    #expect(try await program.act("abandon", run).status == 0)
    let another = try program.file(
      "another.lua", "runbook { name = 'another', version = '1' } step('a', function() net.up 'ens804f0' end)")
    #expect(try await program.act("run", another).status == 0)
    let older = try await program.act("rollback", run)
    #expect(older.status == 64 && older.diagnostics.contains("roll that back first"))
  }

  @Test func aRunOnTheKeptMachineIsInspectedRebootedAndTakenBack() async throws {
    let program = try Program()
    let original = try program.read(program.machine)
    #expect(try await program.act("run", Self.install).status == 0)
    let again = try await program.act("run", Self.install, "--output", "jsonl")
    #expect(again.status == 0 && again.events.last?["changed"] == 0)
    #expect(try await program.act("show").output.contains("install-single-node"))
    #expect(try await program.act("log").output.contains("sriov.set_vfs ens787f0"))
    let verified = try await program.act("verify")
    #expect(verified.status == 0, "\(verified.output)")
    #expect(try await program.call("machine", "reboot", program.machine).status == 0)
    #expect(try await program.act("boot").status == 0)
    let plan = try await program.call("plan", Self.install, "--machine", program.machine, "--detailed-exitcode")
    #expect(plan.status == 0, "\(plan.diagnostics)")
    let back = try await program.act("rollback")
    #expect(back.status == 0, "\(back.diagnostics)")
    #expect(try await program.call("machine", "reboot", program.machine).status == 0)
    _ = try program.file("before.yaml", original)
    let diff = try await program.call("machine", "diff", "before.yaml", program.machine)
    // systemd knows the units that it loaded at this boot until the next one, whether or not their files are there.
    let left = diff.output.split(separator: "\n").filter {
      $0 != #"units: absent → { ["vsrrun-boot.service"] = { fragment = "none", state = …"#
    }
    #expect(left.isEmpty, "\(left)")
  }

  @Test func aRunbookIsExplainedByItsOwnHeader() async throws {
    let program = try Program()
    let page = try await program.call("docs", Self.install)
    #expect(page.status == 0, "\(page.diagnostics)")
    #expect(page.output.hasPrefix("install-single-node 2.2.0\n"))
    #expect(page.output.contains("  hugepages (integer, 0 or more; default 16)\n"), "\(page.output)")
    #expect(
      page.output.contains("  password (where it is: prompt, file:PATH or credential:NAME; default \"prompt\")\n"))
    let typo = try await program.call("docs", "sysfs.wirte")
    #expect(typo.status == 64 && typo.diagnostics.contains("did you mean 'sysfs.write'?"), "\(typo.diagnostics)")
    let broken = try program.file("broken.lua", "runbook { name = 'broken', verson = '1' }")
    let end = try await program.call("docs", broken)
    #expect(end.status == 65 && end.diagnostics.contains("did you mean 'version'?"), "\(end.diagnostics)")
  }

  @Test func aPlanSaysWhetherThereAreChanges() async throws {
    let program = try Program()
    let plan = try await program.call("plan", Self.install, "--machine", "machine.yaml", "--detailed-exitcode")
    #expect(plan.status == 2)
    #expect(plan.diagnostics.contains("would change"))
    #expect(try program.read(program.machine) == Program.example("reference"))
  }

  @Test func withoutATerminalARunDoesNotGuess() async throws {
    let program = try Program()
    let result = try await program.call(
      "run", Self.install, "--machine", "machine.yaml", "--state", "state", under: ["setsid", "--wait"])
    #expect(result.status == 64 && result.diagnostics.contains("--yes"))
    #expect(try program.read(program.machine) == Program.example("reference"))
  }

  @Test func everyPrimitiveIsExplained() async throws {
    let program = try Program()
    let index = try await program.call("docs").output
    for line in index.split(separator: "\n") {
      let name = String(line.prefix { $0 != " " })
      let page = try await program.call("docs", name)
      #expect(page.status == 0 && page.output.contains("Example:"), "\(name)")
    }
  }
}

extension Program {
  static func example(_ name: String) throws -> String {
    String(decoding: try LiveHost().read("\(root)/Examples/machines/\(name).yaml"), as: UTF8.self)
  }
}
