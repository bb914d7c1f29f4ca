import CKernel
import Glibc
public import Host
import Subprocess
import SystemPackage

extension LiveHost {
  /// Runs a program in a session of its own and waits for its end.
  ///
  /// It gets its input from memory (memfd_create(2)), so that a program that reads none of it cannot block, and no
  /// other open file of this program. Of each output, a file in memory too, the last `outputLimit` bytes are kept. What
  /// the program leaves running in the background when it ends goes on; and so does the program when this one is killed.
  ///
  /// When `command.timeout` is over, or this task is cancelled, the whole session is ended: SIGTERM, after 5 seconds
  /// SIGKILL; the error is then ``HostError/Reason/timedOut(seconds:)``, or that it was interrupted.
  public func run(_ command: Command) async throws(HostError) -> CommandResult {
    let program = command.arguments.first ?? ""
    guard !program.isEmpty, !command.arguments.contains(where: { $0.utf8.contains(0) }) else {
      throw HostError("run", program, .refused("an argument vector has a program and no NUL bytes"))
    }
    let configuration = try configuration(command, program)
    let execution = try CommandRun(program, outputLimit: command.outputLimit)
    let input = try input(command.input, program)
    if !command.isReadOnly { written.noteAnywhere() }
    let watcher = Task.detached { await execution.run(configuration, input: input, timeout: command.timeout) }
    await withTaskCancellationHandler {
      for await _ in execution.news { deliver(execution.output.takeLines(), of: command) }
    } onCancel: {
      execution.cancel()
    }
    let outcome = await watcher.value
    deliver(execution.output.takeLines() + execution.output.takeUnfinishedLines(), of: command)
    switch outcome {
    case .ended(let result): return result
    case .failed(let error): throw HostError("run", program, command, error)
    case .stopped(let reason, let stuck):
      let hint = stuck.map {
        "process \($0) does not end even by SIGKILL: it waits in the kernel; see /proc/\($0)/stack"
      }
      switch reason {
      case .timeout: throw HostError("run", program, .timedOut(seconds: command.timeout), hint: hint)
      case .cancelled: throw HostError("run", program, .refused("interrupted"), hint: hint)
      }
    }
  }

  private func deliver(_ lines: [String], of command: Command) {
    guard let commandOutput, !command.isQuiet else { return }
    for line in lines { commandOutput(line) }
  }

  private func configuration(_ command: Command, _ program: String) throws(HostError) -> Configuration {
    var options = PlatformOptions()
    options.createSession = true
    return Configuration(
      executable: .path(FilePath(try ProgramPath.find(program))),
      arguments: Arguments(executablePathOverride: program, remainingValues: Array(command.arguments.dropFirst())),
      environment: .custom(environment(command)), workingDirectory: FilePath(command.directory),
      platformOptions: options)
  }

  private func environment(_ command: Command) -> [Environment.Key: String] {
    var environment: [Environment.Key: String] = [
      "PATH": ProgramPath.folders.joined(separator: ":"), "HOME": getenv("HOME").map { String(cString: $0) } ?? "/",
      "LANG": "C.UTF-8",
    ]
    for (name, value) in command.environment {
      if let key = Environment.Key(rawValue: name) { environment[key] = value }
    }
    environment["VSRRUN_RUN"] = run
    return environment
  }

  /// A descriptor from which `content` can be read, and which never was a file on a disk.
  private func input(_ content: [UInt8], _ program: String) throws(HostError) -> FileDescriptor {
    let memory = Descriptor(adopting: try systemCall("run", program) { kernel_memory_file("input") })
    try memory.writeAll(content, for: "run", program)
    try systemCall("run", program) { lseek(memory.number, 0, SEEK_SET) }
    return FileDescriptor(rawValue: memory.release())
  }
}

extension HostError {
  /// Why a command could not be started.
  fileprivate init(_ operation: String, _ program: String, _ command: Command, _ error: any Error) {
    guard let error = error as? SubprocessError else {
      self.init(operation, program, .refused("\(error)"))
      return
    }
    let isAboutDirectory = error.code == .failedToChangeWorkingDirectory
    let subject = isAboutDirectory ? "\(program) in \(command.directory)" : program
    guard let cause = error.underlyingError.map({ SystemError(rawValue: $0.rawValue) }) else {
      self.init(operation, subject, .refused(error.description))
      return
    }
    // The program itself was found before.
    let lacksInterpreter = cause == .noEntry && !isAboutDirectory
    self.init(
      operation, subject, .system(cause), hint: lacksInterpreter ? "the interpreter that it names is missing" : nil)
  }
}
