public import Values

/// One record of a run, as the engine reads and writes it: a sequence number, a time, a kind and its fields.
public struct Entry: Sendable, Hashable {
  public var sequence: Int
  /// Microseconds since the epoch.
  public var time: Int
  public var kind: Kind
  public var fields: ValueMap

  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A process took the run in hand: the field `action` says for what (`run`, `resume`, `rollback`, `boot`).
    case runStarted = "run.started"
    case stepStarted = "step.started"
    case intent
    case effect
    case stepFinished = "step.finished"
    case checkpoint
    case note
    case runFinished = "run.finished"
  }

  public init(sequence: Int, time: Int, kind: Kind, fields: ValueMap) {
    self.sequence = sequence
    self.time = time
    self.kind = kind
    self.fields = fields
  }

  public subscript(_ field: String) -> Value? { fields[field] }
}

/// How an effect or a step ended, as records and events spell it.
public enum EntryResult: String, Sendable, Hashable {
  case held, changed, failed, undone
  case ok, skipped
  /// In a plan: only the run can tell.
  case unknown
}

/// How a run ended, for now or for good.
public enum RunResult: String, Sendable, Hashable {
  case done, failed, rebooting, interrupted
  case rolledBack = "rolled-back"
}
