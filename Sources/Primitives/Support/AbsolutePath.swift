public import Values

/// An absolute path without `.` and `..` parts, so that one file has one name in the journal.
public struct AbsolutePath: ArgumentValue, Sendable, Hashable, CustomStringConvertible {
  public var text: String
  public var description: String { text }

  public static var typeName: String { "absolute path" }
  public static var blank: AbsolutePath { AbsolutePath("/") }
  public var argument: Value { .string(text) }

  public init(_ text: String) { self.text = text }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, text.hasPrefix("/"), !text.utf8.contains(0) else { throw Self.mismatch(argument) }
    let parts = text.split(separator: "/")
    guard !parts.contains("."), !parts.contains("..") else {
      throw ArgumentProblem("expected a path without '.' and '..' parts, got \(argument.shortText)")
    }
    self.text = "/" + parts.joined(separator: "/")
  }
}
