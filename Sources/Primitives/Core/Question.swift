public import Values

/// A question to the operator.
public struct Question: Sendable, Hashable {
  /// Without the choice of answers, such as `Replace the Secret vsr-pull?`.
  public var text: String
  /// Whether the answer is a text, instead of yes or no.
  public var isText: Bool
  /// The answer where the operator gives none: a boolean, or a text.
  public var fallback: Value?

  public init(_ text: String, isText: Bool = false, default fallback: Value? = nil) {
    self.text = text
    self.isText = isText
    self.fallback = fallback
  }
}
