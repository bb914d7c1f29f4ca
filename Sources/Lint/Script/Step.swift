import Values

/// A step as a file declares it: `step(name, options, body)`, or what an extension has in its place.
struct Step {
  enum Word: String { case step, before, after, replace }

  var word: Word
  var call: Call
  /// Of the step that an extension speaks of.
  var at: Expression?
  /// Its own name; nil for one that takes another's.
  var nameExpression: Expression?
  /// The name, where it stands in the text.
  var name: String?
  var options: Expression?
  /// The functions that it has, by their number.
  var body: Int?
  var check: Int?
  var rollback: Int?

  /// - Parameter arguments: those of the word, whoever calls it.
  init?(_ word: Word, _ call: Call, _ arguments: [Expression], _ scopes: Scopes) {
    self.word = word
    self.call = call
    var rest = arguments[...]
    if word != .step { at = rest.popFirst() }
    if word != .replace { nameExpression = rest.popFirst() }
    name = (nameExpression ?? at).flatMap(scopes.literal)?.string
    if rest.count > 1 { options = rest.popFirst() }
    body = rest.first.flatMap { scopes.function(of: $0) }
    check = options?.table?["check"].flatMap { scopes.function(of: $0) }
    rollback = options?.table?["rollback"].flatMap { scopes.function(of: $0) }
  }

  /// As error texts name it.
  var label: String { name.map { "the step '\($0)'" } ?? "a step" }
}
