import Glibc
import Testing
import Values

/// A signal ends whatever the program does: a run after the effect at hand, everything else at once.
@Suite struct InterruptRules {
  /// A runbook that takes a second or two between its effects.
  static let slow = """
    runbook { name = 'slow', version = '1' }
    local function wait(seconds)
      local n = 0
      for _ = 1, seconds * 30 do for i = 1, 100000 do n = n + i end end
    end
    step('a', function() net.up 'ens787f0' wait(1) net.up 'ens804f0' wait(1) end)
    step('b', function() wait(1) file.write { path = '/etc/b', content = '1' } end)
    """

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aRunStopsAfterTheEffectAtHandAndIsResumed(signal: Int32) async throws {
    let program = try Program()
    let runbook = try program.file("slow.lua", Self.slow)
    let run = try Background(
      program, ["run", runbook, "--yes", "--output", "jsonl", "--machine", program.machine, "--state", program.state])
    #expect(run.wait { run.text.contains("net.up") })
    run.signal(signal)
    #expect(run.end(within: 20) == 130)
    let last = run.text.split(separator: "\n").last { $0.hasPrefix("{") }
    #expect(last?.contains(#""type":"run.finished""#) == true && last?.contains(#""result":"interrupted""#) == true)
    #expect(run.text.contains("vsrrun resume"), "it says how to go on: \(run.text)")
    let resumed = try await program.act("resume", "--output", "jsonl")
    #expect(resumed.status == 0 && resumed.events.last?["changed"] == 3, "\(resumed.diagnostics)")
  }

  /// `nohup vsrrun run …` outlives its terminal.
  @Test func whatTheParentIgnoresStaysIgnored() async throws {
    let program = try Program()
    let runbook = try program.file("slow.lua", Self.slow)
    let run = try Background(
      program, ["run", runbook, "--yes", "--output", "jsonl", "--machine", program.machine, "--state", program.state],
      under: ["nohup"])
    #expect(run.wait { run.text.contains("net.up") })
    run.signal(SIGHUP)
    #expect(run.end(within: 20) == 0, "\(run.text)")
  }

  /// Nothing is at stake in a program that only looks.
  @Test(arguments: [SIGINT, SIGTERM])
  func followingALogEndsAtOnce(signal: Int32) async throws {
    let program = try Program()
    let runbook = try program.file("slow.lua", Self.slow)
    let run = try Background(
      program, ["run", runbook, "--yes", "--output", "jsonl", "--machine", program.machine, "--state", program.state])
    #expect(run.wait { run.text.contains("net.up") })
    run.signal(SIGKILL)
    _ = run.end(within: 5)
    let log = try Background(program, ["log", "--follow", "--machine", program.machine, "--state", program.state])
    #expect(log.wait { log.text.contains("net.up") })
    log.signal(signal)
    let status = log.end(within: 3)
    #expect(status == 130 || status == 128 + signal, "it ended with \(status.map(String.init) ?? "nothing")")
  }

  @Test func aRehearsalStopsToo() async throws {
    let program = try Program()
    let body = (0..<40).map {
      "step('s\($0)', function() wait(10) file.write { path = '/etc/\($0)', content = '' } end)"
    }
    let text = Self.slow.split(separator: "\n", omittingEmptySubsequences: false).prefix(5).joined(separator: "\n")
    let runbook = try program.file("long.lua", text + "\n" + body.joined(separator: "\n"))
    for command in ["rehearse", "plan"] {
      let run = try Background(program, [command, runbook, "--output", "jsonl", "--machine", program.machine])
      #expect(run.wait { run.text.contains("step.finished") })
      run.signal(SIGINT)
      #expect(run.end(within: 6) == 130, "\(command)")
    }
  }

  /// The operator who reads the plan may press Control-C instead of n.
  @Test func theQuestionCanBeInterrupted() async throws {
    let program = try Program()
    let ask = """
      import os, pty, sys, time, signal
      pid, terminal = pty.fork()
      if pid == 0:
          os.execv(sys.argv[1], sys.argv[1:])
      seen = b""
      while b"[y/N]" not in seen:
          seen += os.read(terminal, 4096)
      os.write(terminal, b"\\x03")
      for _ in range(50):
          ended, status = os.waitpid(pid, os.WNOHANG)
          if ended:
              print(os.waitstatus_to_exitcode(status))
              sys.exit()
          time.sleep(0.1)
      os.kill(pid, signal.SIGKILL)
      print("hangs")
      """
    let script = try program.file("ask.py", ask)
    let runbook = try program.file(
      "r.lua", "runbook { name = 'r', version = '1' } step('a', function() net.up 'ens787f0' end)")
    let before = try program.read(program.machine)
    let result = try await program.call(
      "run", runbook, "--machine", program.machine, "--state", program.state, under: ["python3", script])
    #expect(
      ["130", "64", "-2"].contains(result.output.split(separator: "\n").last ?? ""),
      "\(result.output) \(result.diagnostics)")
    #expect(try program.read(program.machine) == before)
  }
}
