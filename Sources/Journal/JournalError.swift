public import Host

/// Why a run's files could not be written or cannot be trusted: what was tried on which file, why not, what to do next.
public struct JournalError: Error, Hashable, CustomStringConvertible {
  public enum Reason: Error, Hashable {
    /// A system call failed.
    case system(SystemError)
    /// The first record is not whole: the run was cut off before it began, so nothing was done.
    case unfinishedHeader
    /// This record is damaged or missing, and whole records follow it: this is no torn tail.
    case damaged(record: Int)
    /// The header names a format version that this program does not know.
    case foreignFormat(Int)
    /// The content is not what it has to be, in words.
    case invalid(String)
    /// An earlier write or sync failed: what is on the disk is not known any more, so nothing may be added.
    case dead
    /// Another process has the journal open for writing.
    case inUse
    /// A test plays the death of this program: nothing more may be done or recorded.
    case killed
  }

  /// A verb: `write`, `sync`, `open`.
  public var operation: String
  public var path: String
  public var reason: Reason
  /// What to do next.
  public var hint: String?

  /// - Parameter hint: what to do next; where it is nil, what usually helps against `reason`.
  public init(_ operation: String, _ path: String, _ reason: Reason, hint: String? = nil) {
    self.operation = operation
    self.path = path
    self.reason = reason
    self.hint = hint ?? Self.hint(operation, path, reason)
  }

  public var description: String {
    "cannot \(operation) \(path): \(reason.words)" + (hint.map { "; \($0)" } ?? "")
  }

  /// The same error at a time when the run has not begun: there is nothing to resume yet.
  var beforeStart: JournalError {
    guard case .system(let error) = reason else { return self }
    var copy = self
    copy.hint = Self.cure(error, operation).map { "nothing was done to the machine: \($0), then start the run again" }
    return copy
  }

  private static func hint(_ operation: String, _ path: String, _ reason: Reason) -> String? {
    let run = RunID(in: path)?.rawValue ?? "RUN"
    return switch reason {
    // Whoever only looked has nothing to go on with.
    case .system(let error):
      cure(error, operation).map { isLook(operation) ? $0 : "\($0), then `vsrrun resume \(run)`" }
    case .unfinishedHeader: "nothing was done to the machine: `vsrrun prune` removes this run"
    case .damaged:
      "`vsrrun verify \(run)` says what is left, and `journalctl VSRRUN_RUN=\(run)` may hold the records"
    case .foreignFormat: "use the vsrrun that wrote it, or a newer one"
    case .dead: "end this process, then `vsrrun resume \(run)`"
    case .inUse: "wait until that process has ended"
    case .invalid, .killed: nil
    }
  }

  private static func isLook(_ operation: String) -> Bool { ["open", "read", "list"].contains(operation) }

  private static func cure(_ error: SystemError, _ operation: String) -> String? {
    switch error {
    case .noSpace, .quotaExceeded: "free space on that file system"
    case .inputOutput: "see `journalctl -k` for what the disk reported and repair it"
    case .readOnlyFileSystem: "mount that file system for writing (`journalctl -k` says why it is read-only)"
    case .accessDenied, .notPermitted:
      "see to it that this user may \(isLook(operation) ? "open it" : "write there"), or be root"
    default: nil
    }
  }
}

extension JournalError.Reason {
  var words: String {
    switch self {
    case .system(let error): error.description
    case .unfinishedHeader: "its first record is not whole"
    case .damaged(let record): "record \(record) is damaged or missing, and whole records follow it"
    case .foreignFormat(let version): "it has format version \(version), and this program knows \(Record.formatVersion)"
    case .invalid(let words): words
    case .dead: "an earlier write or sync failed"
    case .inUse: "another process is writing it"
    case .killed: "killed"
    }
  }
}
