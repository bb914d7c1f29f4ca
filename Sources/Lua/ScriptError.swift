/// Why a script ended before its end.
public struct ScriptError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The text is no Lua.
    case syntax
    /// The text is not UTF-8.
    case encoding
    /// An error that the script, or the host's answer, raised and nothing caught.
    case runtime
    /// The memory limit.
    case memory
    /// The instruction limit. The script cannot catch it.
    case budget
    /// The time limit. The script cannot catch it.
    case time
    /// The script used a handle of the kind `unknown` as data. The script cannot catch it.
    case unknownValue
    /// The host ended the script with ``Interpreter/abort(_:)``. The script cannot catch it.
    case aborted
  }

  public var kind: Kind
  /// What is wrong, without the place.
  public var message: String
  /// Where, as Lua says it: for an error with a level, the line that it blames. Nil if no line is to blame.
  public var place: SourcePlace?
  /// The calls that led there, innermost first, as far as they are calls of scripts.
  public var traceback: [TracebackLine]

  /// `file:line: message`
  public var description: String { place.map { "\($0): \(message)" } ?? message }

  init(_ kind: Kind, _ message: String, at place: SourcePlace? = nil, traceback: [TracebackLine] = []) {
    self.kind = kind
    self.message = message
    self.place = place
    self.traceback = traceback
  }
}

/// One call in a traceback.
public struct TracebackLine: Sendable, Hashable, CustomStringConvertible {
  /// The line that is being run there; nil in the line that stands for calls left out.
  public var place: SourcePlace?
  /// Which function: `main chunk`, `local 'prepare'`, `function <nics.lua:12>`.
  public var function: String

  /// `file:line: in function`
  public var description: String { place.map { "\($0): in \(function)" } ?? "… \(function)" }
}
