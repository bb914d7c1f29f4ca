import Values

/// A finding before it has its file and its rule.
struct Problem: Hashable {
  var position: Position
  var message: String
  var fix: String

  init(at position: Position, _ message: String, _ fix: String) {
    self.position = position
    self.message = message
    self.fix = fix
  }

  /// What may be a misspelling: the fix is what was meant, if anything is near.
  init(
    at position: Position, _ message: String, meant word: String, among words: some Sequence<String>, otherwise: String
  ) {
    let meant = Suggestion.closest(to: word, in: words)
    self.init(at: position, message, meant.map { "did you mean '\($0)'?" } ?? otherwise)
  }
}
