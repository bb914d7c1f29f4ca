public import Values

/// What a rule found: where, what is wrong, and what to do about it.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
  public var file: String
  /// Counted from 1, as columns are, in characters.
  public var line: Int
  public var column: Int
  /// The rule's name.
  public var rule: String
  /// What is wrong.
  public var message: String
  /// What to do next; empty where the message says all.
  public var fix: String

  /// `file:line:column: rule: what is wrong; what to do`
  public var description: String { "\(file):\(line):\(column): \(rule): \(message)" + (fix.isEmpty ? "" : "; \(fix)") }

  /// As a program reads it.
  public var value: Value {
    [
      "file": .string(file), "line": .integer(line), "column": .integer(column), "rule": .string(rule),
      "message": .string(message), "fix": .string(fix),
    ]
  }
}
