/// A comment of one line, without its dashes.
struct Comment: Hashable, Sendable {
  var text: String
  var position: Position
}
