/// What is wrong in a YAML file, where, and what may help.
///
/// Who decodes a file makes errors of its own for what a node holds: `YAMLError(node, "expected a PCI address")`.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
  public var place: YAMLPlace
  public var message: String
  /// What to do next.
  public var hint: String?

  public init(_ place: YAMLPlace, _ message: String, hint: String? = nil) {
    self.place = place
    self.message = message
    self.hint = hint
  }

  public init(_ node: YAMLNode, _ message: String, hint: String? = nil) {
    self.init(node.place, message, hint: hint)
  }

  /// `file:line:column: message; hint`
  public var description: String { "\(place): \(message)" + (hint.map { "; \($0)" } ?? "") }
}
