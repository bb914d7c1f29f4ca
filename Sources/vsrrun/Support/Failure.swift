import ArgumentParser
import Engine
import Glibc
import Host
import Journal
import Lua
import MachineModel
import YAML

/// Turns errors into a text on standard error and an exit code.
enum Failure {
  /// The codes that scripts rely on.
  enum Code: Int32 {
    case failed = 1
    case changes = 2
    case failedAndRolledBack = 3
    case rollbackIncomplete = 4
    case busy = 5
    case rebooting = 6
    case usage = 64
    case wrongInput = 65
    case interrupted = 130

    var error: ExitCode { ExitCode(rawValue) }
  }

  static func code(_ error: any Error) -> Code {
    switch error {
    case RunError.wrong: .wrongInput
    case RunError.interrupted: .interrupted
    case RunError.rebooting: .rebooting
    case RunError.refused, RunError.unanswered: .usage
    case is YAMLError, is ScriptError: .wrongInput
    case is UsageError: .usage
    case let failure as MachineLock.Failure: if case .held = failure { .busy } else { .failed }
    case is BusyError, RunError.atWork: .busy
    default: .failed
    }
  }

  /// Ends the program.
  static func exit(_ error: any Error) -> Never {
    // The argument parser has texts, exit codes and help requests of its own.
    if VSRRun.exitCode(for: error) != .failure || error is ExitCode || error is CleanExit {
      VSRRun.exit(withError: error)
    }
    Console.error(text(error))
    Glibc.exit(code(error).rawValue)
  }

  static func text(_ error: any Error) -> String {
    guard case RunError.failed(let message, let traceback) = error else { return "\(error)" }
    return text(message, traceback)
  }

  /// With the calls that led there, where they are more than the place that the message names.
  static func text(_ message: String, _ traceback: [TracebackLine]) -> String {
    message + (traceback.count > 1 ? traceback.map { "\n    at \($0)" }.joined() : "")
  }
}

/// The call itself is wrong (exit code 64).
struct UsageError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// Another run is in the way (exit code 5).
struct BusyError: Error, CustomStringConvertible {
  var description: String

  /// An unfinished run, and the ways to end it.
  init(beside other: RunCatalog.Listed) {
    let run = other.run
    var ways = ["vsrrun rollback \(run)   takes it back"]
    if case .rollingBack = other.history.status {
    } else {
      ways.insert("vsrrun resume \(run)     goes on with it", at: 0)
      ways.append("vsrrun abandon \(run)    leaves it as it is")
    }
    description =
      "the run \(run) of \(other.history.runbook) on this machine is unfinished (\(other.history.status.word)):"
      + ways.map { "\n  \($0)" }.joined()
  }
}
