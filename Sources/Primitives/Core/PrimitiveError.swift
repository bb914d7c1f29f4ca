/// Why a primitive refuses or fails, in words for the operator: what, why, what to do next.
public struct PrimitiveError: Error, Hashable, CustomStringConvertible {
  public var message: String
  public var hint: String?

  public init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }

  public var description: String { message + (hint.map { "; \($0)" } ?? "") }
}
