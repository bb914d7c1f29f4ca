import Glibc
import LiveHost
import Testing
import Values

/// Runs on this machine, one after the other, since it has one lock; their commands only write into the test's own folder.
@Suite(.serialized, .enabled(if: getuid() == 0)) struct LiveRules {
  private static func work(_ program: Program) -> String {
    """
    runbook { name = 'left', version = '1' }
    step('a', function()
      command.run {
        argv = { 'sh', '-c', [[
          test -e \(program.folder)/begun && exit 1
          touch \(program.folder)/begun
          for _ in $(seq 300); do test -e \(program.folder)/go && break; sleep 0.1; done
          touch \(program.folder)/done
        ]] },
        check = { 'test', '-e', '\(program.folder)/done' }, rollback = { 'rm', '-f', '\(program.folder)/done' },
      }
    end)
    """
  }

  private static func killed(_ program: Program) throws {
    let runbook = try program.file("left.lua", work(program))
    let run = try Background(program, ["run", runbook, "--yes", "--state", program.state])
    #expect(run.wait { ((try? LiveHost().status("\(program.folder)/begun")) ?? nil) != nil }, "\(run.text)")
    run.signal(SIGKILL)
    _ = run.end(within: 5)
  }

  /// A killed vsrrun never has two apt at work: whoever goes on waits for what was left, and names it.
  @Test(arguments: ["resume", "rollback"]) func whoeverGoesOnWaitsForIt(command: String) async throws {
    let program = try Program()
    try Self.killed(program)
    let next = try Background(program, [command, "--yes", "--state", program.state])
    #expect(next.wait { next.text.contains("waiting for") && next.text.contains("sh") }, "\(next.text)")
    _ = try program.file("go", "")
    #expect(next.end(within: 20) == 0, "\(next.text)")
    let isDone = try LiveHost().status("\(program.folder)/done") != nil
    #expect(isDone == (command == "resume"))
  }

  /// Minutes of waiting are no reason to be deaf.
  @Test func theWaitCanBeInterrupted() async throws {
    let program = try Program()
    try Self.killed(program)
    let resume = try Background(program, ["resume", "--yes", "--state", program.state])
    #expect(resume.wait { resume.text.contains("waiting for") }, "\(resume.text)")
    resume.signal(SIGTERM)
    #expect(resume.end(within: 5) == 130, "\(resume.text)")
    _ = try program.file("go", "")
    #expect(try await program.call("resume", "--yes", "--state", program.state).status == 0)
    #expect(try await program.call("rollback", "--yes", "--state", program.state).status == 0)
  }

  @Test func aRollbackAfterAFailureWaitsToo() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua",
      """
      runbook { name = 'r', version = '1' }
      step('a', function()
        command.run { argv = { 'sh', '-c', 'sleep 2 > /dev/null 2>&1 &' }, check = { 'false' }, irreversible = 'it sleeps' }
      end)
      """)
    let end = try await program.call("run", runbook, "--yes", "--on-failure", "rollback", "--state", program.state)
    #expect(end.diagnostics.contains("waiting for"), "\(end.diagnostics)")
    #expect(end.status == 4, "what it did cannot be taken back: \(end.diagnostics)")
  }

  /// On the live machine commands and services are waited for, and the signal must not hit the wait.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aRunOnThisMachineStopsAfterTheEffectAtHand(signal: Int32) async throws {
    let program = try Program()
    func work(_ name: String) -> String {
      """
        command.run {
          argv = { 'sh', '-c', 'sleep 1; touch \(program.folder)/\(name)' }, check = { 'test', '-e', '\(program.folder)/\(name)' },
          rollback = { 'rm', '-f', '\(program.folder)/\(name)' },
        }

      """
    }
    let runbook = try program.file(
      "live.lua", "runbook { name = 'live', version = '1' } step('a', function()\n\(work("one"))\(work("two"))end)")
    let run = try Background(program, ["run", runbook, "--yes", "--output", "jsonl", "--state", program.state])
    #expect(run.wait { run.text.contains("step.started") })
    usleep(500_000)
    run.signal(signal)
    #expect(run.end(within: 20) == 130, "\(run.text)")
    #expect(try LiveHost().status("\(program.folder)/one") != nil)
    #expect(try LiveHost().status("\(program.folder)/two") == nil)
    let resumed = try await program.call("resume", "--yes", "--state", program.state, "--output", "jsonl")
    #expect(resumed.status == 0 && resumed.events.last?["changed"] == 2, "\(resumed.diagnostics)")
    #expect(try await program.call("rollback", "--yes", "--state", program.state).status == 0)
    #expect(try LiveHost().status("\(program.folder)/one") == nil)
  }
}
