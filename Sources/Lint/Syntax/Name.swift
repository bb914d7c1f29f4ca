/// A name as it stands in the text: a variable's, or a global's.
final class Name {
  let text: String
  let position: Position
  /// The local variable that it means, by its number in ``Scopes/variables``; nil for a global. The scope pass finds it.
  var variable: Int?

  init(_ text: String, at position: Position) {
    self.text = text
    self.position = position
  }
}
