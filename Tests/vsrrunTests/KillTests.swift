import Glibc
import Host
import LiveHost
import Testing
import Values

/// The program really killed, at random moments of its run, and resumed.
@Suite(.serialized) struct KillTests {
  /// How often; all of them share what a run costs.
  static let kills = 200

  @Test func killedByTheKernelAtAnyMomentTheRunResumesToTheSameMachine() async throws {
    let whole = try Program()
    #expect(try await whole.act("run", "install-single-node").status == 0)
    var generator = SystemRandomNumberGenerator()
    var cut = 0
    for number in 0..<Self.kills {
      let program = try Program()
      // A run takes some tens of milliseconds; the delays cover it all, and a little more.
      let delay = Int.random(in: 0..<120_000, using: &generator)
      try program.runAndKill(after: delay)
      let runs = try await program.act("runs", "--output", "jsonl").events
      let isUnfinished = runs.first.map { $0["state"] != "done" } ?? false
      let end = isUnfinished ? try await program.act("resume") : try await program.act("run", "install-single-node")
      #expect(end.status == 0, "kill \(number) after \(delay) µs: \(end.diagnostics)")
      if isUnfinished { cut += 1 }
      let diff = try await program.call("machine", "diff", whole.machine, program.machine)
      #expect(diff.output.isEmpty, "kill \(number) after \(delay) µs: \(diff.output)")
      #expect(try await program.act("verify").status == 0)
    }
    print("killed \(Self.kills) runs, \(cut) of them in the middle")
    #expect(cut > Self.kills / 4)
  }
}

extension Program {
  /// Starts a run and kills it after so many microseconds.
  func runAndKill(after delay: Int) throws {
    let arguments = [Self.path, "run", "install-single-node", "--yes", "--machine", machine, "--state", state]
    var argv = arguments.map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    var process: pid_t = 0
    let result = posix_spawn(&process, Self.path, &actions, nil, &argv, environ)
    guard result == 0 else { throw HostError("start", Self.path, .system(SystemError(rawValue: result))) }
    usleep(UInt32(delay))
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }
}
