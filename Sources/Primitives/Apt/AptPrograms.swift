import Host

/// How apt's and dpkg's programs are run.
struct AptPrograms {
  let context: Context
  /// Seconds to wait for another process that holds apt's or dpkg's lock.
  var lockTimeout = 300
  /// Seconds that a program may take.
  var timeout = 1800

  init(_ context: Context, lockTimeout: Int = 300, timeout: Int = 1800) {
    self.context = context
    self.lockTimeout = lockTimeout
    self.timeout = timeout
  }

  /// Runs a program that only reads.
  static func read(_ arguments: [String], _ context: Context) async throws -> CommandResult {
    try await context.host.run(
      Command(arguments, timeout: 120, isReadOnly: true, isQuiet: true, outputLimit: 16 * 1024 * 1024))
  }

  /// Runs a program that changes something, once no other process holds the lock that it needs.
  func run(_ arguments: [String]) async throws -> CommandResult {
    try await run { _ in arguments }
  }

  /// Runs `apt-get VERB …`, which waits for dpkg's lock by itself.
  func get(_ verb: String, _ arguments: [String]) async throws -> CommandResult {
    try await run { seconds in
      ["apt-get", verb, "-y", "-o", "DPkg::Lock::Timeout=\(seconds)"] + arguments
    }
  }

  /// Options of an installation: a conffile that was changed stays as it is, without a question.
  static let keepingConffiles = ["-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"]

  /// - Parameter arguments: The program and its arguments, of the seconds that it may wait by itself.
  private func run(_ arguments: (Int) -> [String]) async throws -> CommandResult {
    var waited = 0
    while true {
      let slice = min(10, lockTimeout - waited)
      var command = Command(arguments(slice), timeout: timeout + slice)
      command.environment["DEBIAN_FRONTEND"] = "noninteractive"
      let result = try await context.host.run(command)
      guard let lock = try AptLock(result, context.host) else { return result }
      // A program that waits by itself comes back after its slice.
      let pause = lock.wasWaitedFor ? 1 : 3
      waited += pause + (lock.wasWaitedFor ? slice : 0)
      guard waited <= lockTimeout else { throw lock.error(after: lockTimeout) }
      context.tell("waiting for \(lock.description)")
      try await context.pause(seconds: pause)
    }
  }

  // MARK: Interrupted dpkg

  /// Finishes what a dpkg that was killed had begun: until then apt-get refuses to do anything.
  ///
  /// A package that cannot be configured stays so; whoever comes next says why.
  func mendIfInterrupted() async throws {
    guard try Self.isInterrupted(context.host) else { return }
    context.tell("dpkg was interrupted: dpkg --configure -a")
    _ = try await run(["dpkg", "--configure", "-a"])
  }

  /// By the mark that apt itself looks at: numbered files in dpkg's journal of updates.
  static func isInterrupted(_ host: any Host) throws -> Bool {
    try host.listIfPresent("/var/lib/dpkg/updates").contains { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
  }
}
