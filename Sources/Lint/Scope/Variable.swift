/// A local variable, and what the file does with it.
struct Variable {
  enum Kind { case local, function, parameter, loop }

  /// A place that uses it.
  struct Use {
    var position: Position
    /// Its number among all uses of the file: `x = x + 1` reads before it writes, wherever the names stand.
    var order: Int
    /// The function that it stands in.
    var function: Int
    /// The field that is asked of it, by a name that stands in the text.
    var field: String?
    /// What is assigned, where something is.
    var value: Expression?
  }

  var name: String
  var position: Position
  var kind: Kind
  /// `const` or `close`.
  var attribute: String?
  /// The function that it belongs to.
  var function: Int
  /// What it is declared with.
  var initial: Expression?

  var reads: [Use] = []
  /// Assignments to it, its declaration apart.
  var writes: [Use] = []
  /// Assignments to a field of it.
  var changes: [Use] = []

  /// What it is all the time, where that stands in the text.
  var constant: Expression? { writes.isEmpty ? initial : nil }
}
