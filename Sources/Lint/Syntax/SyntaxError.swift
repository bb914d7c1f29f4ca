/// Why a text is no Lua, and where.
struct SyntaxError: Error, Hashable, Sendable {
  var position: Position
  var message: String
  /// What to do next; empty where the message says all.
  var fix = ""
}
