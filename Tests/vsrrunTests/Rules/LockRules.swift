import Glibc
import Host
import LiveHost
import MachineModel
import Testing
import Values

/// One at a time, and whoever comes second is told who is there.
@Suite struct LockRules {
  /// A run that is stopped in its middle, with the lock.
  private static func stopped(_ program: Program) throws -> Background {
    let runbook = try program.file("slow.lua", InterruptRules.slow)
    let run = try Background(
      program, ["run", runbook, "--yes", "--output", "jsonl", "--machine", program.machine, "--state", program.state])
    #expect(run.wait { run.text.contains("net.up") })
    run.signal(SIGSTOP)
    return run
  }

  @Test func whoeverComesSecondIsToldWho() async throws {
    let program = try Program()
    let first = try Self.stopped(program)
    defer { first.signal(SIGKILL) }
    let before = try program.read(program.machine)
    let name = try #require(try LiveHost().list("\(program.state)/runs").first)
    let calls = [
      ["run", "install-single-node", "--yes"], ["resume", "--yes"], ["rollback", "--yes"], ["boot"], ["abandon", name],
      ["prune"],
    ]
    for call in calls {
      let result = try await LiveHost().run(
        .init(
          [Program.path] + call + ["--machine", program.machine, "--state", program.state], directory: program.folder))
      let text = String(decoding: result.errorOutput, as: UTF8.self)
      #expect(result.status == 5, "\(call): \(text)")
      #expect(
        text.contains("process \(first.process)") && text.contains("since 20") && text.contains(name),
        "\(call): \(text)")
      #expect(result.output.isEmpty)
    }
    #expect(try program.read(program.machine) == before)
    // Looking needs no lock.
    for call in ["runs", "show", "log", "verify"] { #expect(try await program.act(call).status == 0, "\(call)") }
    #expect(try await program.act("runs").output.contains("running"))
    first.signal(SIGCONT)
    #expect(first.end(within: 20) == 0, "\(first.text)")
  }

  /// The machine that runs and the file that is rebooted are the same: the run would write its own over it.
  @Test func aMachineIsNotRebootedUnderARun() async throws {
    let program = try Program()
    let first = try Self.stopped(program)
    defer { first.signal(SIGKILL) }
    let before = try program.read(program.machine)
    let result = try await program.call("machine", "reboot", program.machine)
    #expect(result.status == 5, "\(result.diagnostics)")
    #expect(try program.read(program.machine) == before)
    first.signal(SIGCONT)
    #expect(first.end(within: 20) == 0)
  }

  @Test func aLinkToAMachineIsThatMachine() async throws {
    let program = try Program()
    let first = try Self.stopped(program)
    defer { first.signal(SIGKILL) }
    #expect(mkdir("\(program.folder)/elsewhere", 0o755) == 0)
    let link = "\(program.folder)/elsewhere/link.yaml"
    #expect(symlink("../machine.yaml", link) == 0)
    let result = try await program.call(
      "run", "install-single-node", "--yes", "--machine", link, "--state", "\(program.folder)/other")
    #expect(result.status == 5, "\(result.diagnostics)")
    first.signal(SIGCONT)
    #expect(first.end(within: 20) == 0)
  }

  /// The machine is read under the lock: what another run did between would be undone unseen by the first save.
  @Test func aRunThatWaitedForTheLockSeesTheMachineAsItIsThen() async throws {
    let program = try Program()
    let first = try program.file(
      "first.lua", "runbook { name = 'f', version = '1' } step('a', function() net.up 'ens787f0' end)")
    let second = try program.file(
      "second.lua", "runbook { name = 's', version = '1' } step('a', function() net.up 'ens804f0' end)")
    // The lock comes late in this one.
    let late = try Background(
      program, ["run", second, "--yes", "--machine", program.machine, "--state", program.state],
      under: ["strace", "-qq", "-e", "trace=flock", "-e", "inject=flock:delay_enter=3000000:when=1", "-o", "/dev/null"])
    usleep(1_000_000)
    #expect(try await program.act("run", first).status == 0)
    #expect(late.end(within: 20) == 0, "\(late.text)")
    let after = try ModelHost(MachineFile(program.machine).load())
    for device in ["ens787f0", "ens804f0"] {
      let flags = try after.text("/sys/class/net/\(device)/flags")?.split(separator: "\n").first
      #expect(flags == "0x1003", "\(device)")
    }
  }

  @Test func theLockOfADeadRunIsFree() async throws {
    let program = try Program()
    let first = try Self.stopped(program)
    first.signal(SIGKILL)
    _ = first.end(within: 5)
    #expect(try await program.act("runs").output.contains("cut off"))
    #expect(try await program.act("resume").status == 0)
  }

  @Test func aRunOfAnotherMachineInTheSameStateDirectoryIsNotInTheWay() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua", "runbook { name = 'r', version = '1' } step('a', function() net.up 'ens787f0' error 'no' end)")
    #expect(try await program.act("run", runbook).status == 1)
    let text = try program.read(program.machine)
    _ = try program.file("other.yaml", Program.example("fragmented-memory"))
    let nothing = try program.file("n.lua", "runbook { name = 'n', version = '1' } step('a', function() end)")
    let run = try await program.call(
      "run", nothing, "--yes", "--machine", "\(program.folder)/other.yaml", "--state", program.state)
    #expect(run.status == 0, "\(run.diagnostics)")
    let rollback = try await program.call(
      "rollback", "--yes", "--machine", "\(program.folder)/other.yaml", "--state", program.state)
    #expect(rollback.status == 64 && rollback.diagnostics.contains("no run of this machine"))
    let resume = try await program.call(
      "resume", "--yes", "--machine", "\(program.folder)/other.yaml", "--state", program.state)
    #expect(resume.status == 64, "\(resume.diagnostics)")
    #expect(try program.read(program.machine) == text)
  }

  @Test(arguments: ["gone.yaml", "."]) func whatIsNoMachineFileLeavesNoLock(name: String) async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", "runbook { name = 'r', version = '1' } step('a', function() end)")
    let path = "\(program.folder)/\(name)"
    let end = try await program.call("run", runbook, "--yes", "--machine", path, "--state", program.state)
    #expect(end.status == 65 && end.diagnostics.contains(path), "\(end.diagnostics)")
    #expect(try LiveHost().list(program.folder).allSatisfy { !$0.hasSuffix(".lock") })
  }
}
