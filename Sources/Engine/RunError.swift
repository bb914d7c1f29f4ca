public import Lua

/// Why a run stops. The command turns it into an exit code.
public enum RunError: Error {
  /// The runbook, the site or an argument in it is wrong (exit code 65); the text has its place.
  case wrong(String)
  /// A step failed (exit code 1); the text has its place. The traceback is the script's.
  case failed(String, traceback: [TracebackLine])
  /// The operator asked to stop after the effect at hand (exit code 130).
  case interrupted
  /// What only a person can answer could not be asked (exit code 64); the run stops before what needs the answer.
  case unanswered(String)
  /// The machine reboots (exit code 6).
  case rebooting(reason: String)
  /// The step or phase that `--until` names is done.
  case until
  /// Programs that the run left at work do not end (exit code 5).
  case atWork(String)
  /// A plan cannot see any further.
  case planEnds(String)
  /// A former content is missing in the run's store.
  case lost(String)
  /// A journal of a later version.
  case unknownRecord(String, Int)
  /// The run cannot be used in this way; the text says why and what can be done.
  case refused(String)
}

extension RunError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .wrong(let text), .refused(let text), .atWork(let text), .unanswered(let text): text
    case .failed(let text, traceback: _): text
    case .interrupted: "interrupted"
    case .rebooting(let reason): "the machine reboots (\(reason))"
    case .until: "stopped where --until asks"
    case .planEnds(let reason): "the plan ends here: \(reason)"
    case .lost(let hash):
      "the former content \(hash) is not in the run's files; restore it from a backup of the state directory"
    case .unknownRecord(let type, let sequence):
      "record \(sequence) of the journal is of a kind that this version does not know (\(type)); use the version that wrote it"
    }
  }
}

extension Error {
  /// Whether the run stops here, to go on later, without anything having failed.
  var isStop: Bool {
    switch self as? RunError {
    case .interrupted, .unanswered, .planEnds: true
    default: false
    }
  }
}
