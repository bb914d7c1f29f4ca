import Glibc
import Host
import LiveHost
import Values

/// The program at work beside the test, to be signalled, stopped and waited for.
final class Background {
  let process: pid_t
  private let output: String
  private let program: Program

  /// - Parameter arguments: as given; the machine, the state directory and `--yes` are not added.
  init(
    _ program: Program, _ arguments: [String], under wrapper: [String] = [], command: String = Program.path
  ) throws {
    self.program = program
    output = "\(program.folder)/background-\(arguments.first ?? "")"
    let all = wrapper + [command] + arguments
    var argv = all.map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    // As a shell starts it: the threads of a test have signals blocked, and a process inherits that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var started: pid_t = 0
    let result = posix_spawnp(&started, all[0], &actions, &attributes, &argv, environ)
    guard result == 0 else { throw HostError("start", all[0], .system(SystemError(rawValue: result))) }
    process = started
  }

  func signal(_ number: Int32) { kill(process, number) }

  /// What it has written so far, to both outputs.
  var text: String { (try? program.read(output)) ?? "" }

  /// Waits until `condition` holds, at most ten seconds.
  func wait(until condition: () -> Bool) -> Bool {
    for _ in 0..<1000 {
      if condition() { return true }
      usleep(10_000)
    }
    return false
  }

  /// Waits for its end; nil if it does not end within this many seconds, and is killed then.
  func end(within seconds: Int) -> Int32? {
    var status: Int32 = 0
    for _ in 0..<(seconds * 100) {
      if waitpid(process, &status, WNOHANG) == process {
        return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
      }
      usleep(10_000)
    }
    kill(process, SIGKILL)
    waitpid(process, &status, 0)
    return nil
  }
}
