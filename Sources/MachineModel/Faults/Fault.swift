import Host
import Values

/// Something that shall go wrong, written `OPERATION[:SUBJECT][@N]=OUTCOME`.
///
/// `write:*/sriov_numvfs@1=EBUSY`: the first write into any `sriov_numvfs` fails. The subject is a path, a unit, a
/// command with its arguments, or a phase of one; in it, `*` stands for any text and `?` for one character. With `@N-M`,
/// from the Nth to the Mth time; without, every time.
///
/// Outcomes: an errno symbol; `exit:N` (of a command); `hang` (until the deadline is over); `short:N` (N is written
/// instead); `refused` (for this command the Kubernetes API server is down); `kill` (this program dies before the change),
/// `kill-after` (after it), and `kill-during` (it dies, and the command with it, when that has done a part of its work).
public struct Fault: Sendable, Hashable, CustomStringConvertible {
  /// What is done. `*` in a fault stands for all that change something.
  enum Operation: String, CaseIterable, Sendable {
    case write, replace, directory, link, attributes, remove, mount, unmount
    case swapOn = "swapon"
    case swapOff = "swapoff"
    case reboot, run, reload, start, stop, restart, enable, disable
    case status, read, list
    case readLink = "readlink"
    case unit, settle
    /// A part of what a program does: `kubeadm init etcd`.
    case phase

    /// What error texts call it.
    var verb: String {
      switch self {
      case .replace: "write"
      case .directory: "make the directory"
      case .link: "make the link"
      case .attributes: "set the mode of"
      case .swapOn: "use for swapping"
      case .swapOff: "stop swapping to"
      case .status, .unit: "look at"
      case .readLink: "read the link"
      case .settle: "make durable"
      case .phase: "run"
      default: rawValue
      }
    }
  }

  enum Outcome: Sendable, Hashable {
    case error(SystemError)
    case exit(Int)
    case hang
    case short(Int)
    case kill
    case killAfter
    /// In the middle of a command, which has done a part of its work.
    case killDuring
    /// The Kubernetes API server is not there for a command that asks it.
    case refused
  }

  /// nil: every operation that changes something.
  var operation: Operation?
  var subject: Glob?
  /// Which of the matching ones, from 1; nil: all.
  var occurrences: ClosedRange<Int>?
  var outcome: Outcome
  /// As it was written.
  public let description: String

  /// - Parameter isChange: whether the operation changes something this time.
  func matches(_ operation: Operation, _ subject: String, isChange: Bool) -> Bool {
    guard self.operation.map({ $0 == operation }) ?? isChange else { return false }
    return self.subject?.matches(subject) ?? true
  }
}

/// What is wrong with the text of a fault, and what would be right.
public struct FaultError: Error, Hashable, CustomStringConvertible {
  public var description: String
}

extension Fault {
  public init(_ text: String) throws(FaultError) {
    description = text
    guard let equals = text.lastIndex(of: "=") else {
      throw FaultError(
        description:
          "'\(text)' has no outcome: write OPERATION[:SUBJECT][@N]=OUTCOME, such as 'write:*/sriov_numvfs@1=EBUSY'")
    }
    outcome = try Self.outcome(String(text[text.index(after: equals)...]))
    var rest = text[..<equals]
    if let at = rest.lastIndex(of: "@") {
      let number = rest[rest.index(after: at)...]
      let bounds = number.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
      guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, 0 < first, first <= last else {
        throw FaultError(
          description: "'\(number)' in '\(text)' is not 1 or more: '@N' means the Nth time, '@N-M' the Nth to the Mth")
      }
      occurrences = first...last
      rest = rest[..<at]
    }
    let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    if let word = parts.first, word != "*" { operation = try Self.operation(String(word)) }
    if parts.count == 2 { subject = Glob(String(parts[1])) }
    if case .exit = outcome, operation != .run, operation != .phase {
      throw FaultError(description: "'exit:N' in '\(text)' is an outcome of 'run' and 'phase' only")
    }
    if outcome == .refused, operation != .run {
      throw FaultError(description: "'refused' in '\(text)' is an outcome of 'run' only")
    }
    if outcome == .killDuring, operation != .run {
      throw FaultError(description: "'kill-during' in '\(text)' is an outcome of 'run' only")
    }
    if case .short = outcome, operation != .write {
      throw FaultError(description: "'short:N' in '\(text)' is an outcome of 'write' only")
    }
  }

  private static func operation(_ word: String) throws(FaultError) -> Operation {
    if let operation = Operation(rawValue: word) { return operation }
    let words = Operation.allCases.map(\.rawValue)
    throw FaultError(
      description: "no operation '\(word)'" + Suggestion.phrase(for: word, in: words)
        + "; there are * (all that change something), \(words.joined(separator: ", "))")
  }

  private static func outcome(_ text: String) throws(FaultError) -> Outcome {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let number = parts.count == 2 ? Int(parts[1]) : nil
    switch (parts.first, number) {
    case ("hang", nil) where parts.count == 1: return .hang
    case ("kill", nil) where parts.count == 1: return .kill
    case ("kill-after", nil) where parts.count == 1: return .killAfter
    case ("kill-during", nil) where parts.count == 1: return .killDuring
    case ("refused", nil) where parts.count == 1: return .refused
    case ("exit", let number?) where (0...255).contains(number): return .exit(number)
    case ("short", let number?) where number >= 0: return .short(number)
    default: break
    }
    if let error = (1...133).map({ SystemError(rawValue: $0) }).first(where: { $0.symbol == text }) {
      return .error(error)
    }
    let symbols = (1...133).map { SystemError(rawValue: $0).symbol }.filter { $0.hasPrefix("E") }
    throw FaultError(
      description: "no outcome '\(text)'"
        + Suggestion.phrase(
          for: text, in: symbols + ["hang", "kill", "kill-after", "kill-during", "refused", "exit:1", "short:1"])
        + "; there are errno symbols such as EBUSY, exit:N, hang, short:N, kill, kill-after, kill-during, refused")
  }
}

/// A pattern in which `*` stands for any text, `/` included, and `?` for one character.
struct Glob: Sendable, Hashable {
  var pattern: String
  init(_ pattern: String) { self.pattern = pattern }

  func matches(_ text: String) -> Bool {
    let pattern = Array(pattern), text = Array(text)
    var (p, t) = (0, 0)
    var star: (pattern: Int, text: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        star = (p, t)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
        (p, t) = (p + 1, t + 1)
      } else if let last = star {
        // The star takes one more character.
        (p, t) = (last.pattern + 1, last.text + 1)
        star = (last.pattern, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
