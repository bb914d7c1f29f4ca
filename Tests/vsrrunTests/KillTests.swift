import Glibc
import Host
import LiveHost
import MachineModel
import Testing
import Values

/// The program really killed, at random moments of its run, and resumed.
@Suite struct KillTests {
  /// Of each lane: a run is one thread's work, and the machine has at least two.
  static let kills = 100

  @Test(arguments: 1...2) func killedByTheKernelAtAnyMomentTheRunResumesToTheSameMachine(lane: Int) async throws {
    let whole = try Program()
    // Measured as it is killed: beside the other lane, without waiting for a turn among other tests.
    let duration = try whole.runToEnd()
    let goal = try MachineFile(whole.machine).load().normalized()
    var cut = 0
    for number in 0..<Self.kills {
      let program = try Program()
      // Spread over the whole run, and a little more, since no two runs take the same time.
      let delay = duration * Double.random(in: 0..<1.1)
      try program.runAndKill(after: delay)
      var end = try await program.act("resume")
      if end.status == 0 {
        cut += 1
      } else {
        // It had not begun, or had ended.
        #expect(end.status == 64, "kill \(number) after \(delay): \(end.diagnostics)")
        end = try await program.act("run", "install-single-node")
      }
      #expect(end.status == 0, "kill \(number) after \(delay): \(end.diagnostics)")
      let difference = try MachineFile(program.machine).load().normalized().differences(from: goal)
      #expect(difference.isEmpty, "kill \(number) after \(delay)")
      if number.isMultiple(of: 10) { #expect(try await program.act("verify").status == 0) }
    }
    print("lane \(lane): killed \(Self.kills) runs, \(cut) of them in the middle")
    #expect(cut > Self.kills / 8)
  }
}

extension Program {
  /// Starts a run and kills it after a time.
  func runAndKill(after delay: Duration) throws {
    let process = try startRun()
    usleep(UInt32(delay / .microseconds(1)))
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// Runs to the end; answers how long it took.
  func runToEnd() throws -> Duration {
    let start = ContinuousClock.now
    var status: Int32 = 0
    waitpid(try startRun(), &status, 0)
    guard status == 0 else { throw HostError("run", Self.path, .refused("it ended with \(status)")) }
    return ContinuousClock.now - start
  }

  private func startRun() throws -> pid_t {
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
    return process
  }
}
