public import Values

/// A unit's name with its suffix: `containerd.service`.
public struct UnitName: ArgumentValue, Sendable, Hashable, CustomStringConvertible {
  public var text: String
  public var description: String { text }

  static let suffixes = [
    "service", "socket", "target", "mount", "automount", "swap", "timer", "path", "slice", "scope", "device",
  ]

  public static var typeName: String { "unit name such as \"containerd.service\"" }
  public static var blank: UnitName { UnitName("") }
  public var argument: Value { .string(text) }

  public init(_ text: String) { self.text = text }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, !text.contains("/"), !text.utf8.contains(0),
      !text.contains(where: \.isWhitespace)
    else {
      throw Self.mismatch(argument)
    }
    guard let dot = text.lastIndex(of: "."), dot != text.startIndex,
      Self.suffixes.contains(String(text[text.index(after: dot)...]))
    else {
      let guess = text.isEmpty || text.contains(".") ? "" : "; did you mean \"\(text).service\"?"
      throw ArgumentProblem("expected \(Self.typeName), got \(argument.shortText)\(guess)")
    }
    self.text = text
  }
}
