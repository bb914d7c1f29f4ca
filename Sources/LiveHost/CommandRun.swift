import Host
import Subprocess
import Synchronization
import SystemPackage

/// One execution of a command, in a session of its own.
///
/// It is watched by a task that nothing cancels: when the task that asked for it is cancelled, the session still has to
/// be ended and its processes reaped.
final class CommandRun: Sendable {
  enum Outcome: Sendable {
    case ended(CommandResult)
    case failed(any Error)
    /// Its session was ended; `stuck` is the process of it that does not even go by SIGKILL.
    case stopped(Stop, stuck: Int32?)
  }

  enum Stop: Sendable { case timeout, cancelled }

  private enum Event: Sendable {
    case began(Session)
    case stop(Stop)
    case finished(Result<TerminationStatus, any Error>)
    case sessionEnded
    case gaveUp
    case look
  }

  private let files: Mutex<CommandOutputs>
  let output: OutputCollector
  /// An element whenever ``output`` has something new; it ends with the command.
  let news: AsyncStream<Void>
  private let newsSource: AsyncStream<Void>.Continuation
  private let events: AsyncStream<Event>
  private let eventSource: AsyncStream<Event>.Continuation

  /// Seconds for which a process that got SIGKILL is waited for.
  private static let killPatience = 5
  /// How often is looked for new lines while it runs. Its end is noticed at once.
  private static let interval = Duration.milliseconds(100)

  /// - Parameters:
  ///   - program: Its name, for errors.
  ///   - outputLimit: The last bytes of each output that are kept.
  init(_ program: String, outputLimit: Int) throws(HostError) {
    files = Mutex(try CommandOutputs(of: program))
    output = OutputCollector(limit: outputLimit)
    (news, newsSource) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (events, eventSource) = AsyncStream.makeStream()
  }

  /// Ends the session early.
  func cancel() { eventSource.yield(.stop(.cancelled)) }

  /// Runs the program until it ends, or until `timeout` seconds are over and its whole session is ended.
  ///
  /// - Parameter input: What the program has as standard input; closed once it has been started.
  func run(_ configuration: Configuration, input: FileDescriptor, timeout: Int) async -> Outcome {
    Task { eventSource.yield(.finished(await execute(configuration, input: input))) }
    let timer = Task {
      try await Task.sleep(for: .seconds(timeout))
      eventSource.yield(.stop(.timeout))
    }
    let looks = Task {
      while true {
        try await Task.sleep(for: Self.interval)
        eventSource.yield(.look)
      }
    }
    defer {
      timer.cancel()
      looks.cancel()
      newsSource.finish()
      eventSource.finish()
    }

    var session: Session?
    var stop: Stop?
    var isFinished = false
    var isSessionEnded = false
    for await event in events {
      switch event {
      case .began(let begun):
        session = begun
        if stop != nil { end(begun) }
      case .stop(let reason):
        guard stop == nil else { continue }
        stop = reason
        if let session { end(session) }
      case .look: takeOutput()
      case .finished(.failure(let error)): return .failed(error)
      case .finished(.success(let status)):
        takeOutput()
        if stop == nil { return .ended(result(status)) }
        isFinished = true
      case .sessionEnded: isSessionEnded = true
      case .gaveUp: return .stopped(stop ?? .timeout, stuck: session?.members.first)
      }
      if let stop, isFinished, isSessionEnded { return .stopped(stop, stuck: nil) }
    }
    return .stopped(stop ?? .cancelled, stuck: nil)
  }

  private func execute(
    _ configuration: Configuration, input: FileDescriptor
  ) async -> Result<TerminationStatus, any Error> {
    let (output, errorOutput) = files.withLock { ($0.output.descriptor, $0.errorOutput.descriptor) }
    do {
      let execution = try await Subprocess.run(
        configuration, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .fileDescriptor(output, closeAfterSpawningProcess: false),
        error: .fileDescriptor(errorOutput, closeAfterSpawningProcess: false)
      ) { execution in
        eventSource.yield(.began(Session(id: execution.processIdentifier.value)))
      }
      return .success(execution.terminationStatus)
    } catch {
      return .failure(error)
    }
  }

  private func takeOutput() {
    files.withLock { files in
      files.output.read { output.append($0, to: .output) }
      files.errorOutput.read { output.append($0, to: .errorOutput) }
    }
    newsSource.yield()
  }

  private func end(_ session: Session) {
    Task {
      await session.end()
      eventSource.yield(.sessionEnded)
      try await Task.sleep(for: .seconds(Self.killPatience))
      eventSource.yield(.gaveUp)
    }
  }

  private func result(_ status: TerminationStatus) -> CommandResult {
    let number =
      switch status {
      case .exited(let status): Int(status)
      case .signaled(let signal): 128 + Int(signal)
      }
    return CommandResult(status: number, output: output.output, errorOutput: output.errorOutput)
  }
}
