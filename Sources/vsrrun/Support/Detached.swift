import Glibc

/// Starts this program anew in a session of its own, without the terminal.
enum Detached {
  static func start() throws {
    let arguments = CommandLine.arguments.filter { $0 != "--detach" } + ["--yes"]
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setflags(&attributes, 0x80 /* POSIX_SPAWN_SETSID, which needs _GNU_SOURCE */)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    defer {
      posix_spawnattr_destroy(&attributes)
      posix_spawn_file_actions_destroy(&actions)
    }
    var argv = arguments.map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, Installation.program, &actions, &attributes, &argv, environ)
    guard result == 0 else { throw UsageError("cannot start in the background: \(String(cString: strerror(result)))") }
    Console.progress("goes on as process \(process); follow it with `vsrrun log --follow`")
  }
}
