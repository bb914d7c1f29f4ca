/// A runbook that changes another: `local base = extends "NAME"`, and the words of that.
struct Extension {
  static let words = ["after", "before", "drop", "params", "replace", "run", "version"]

  var call: Call
  /// The runbook's name, where it stands in the text.
  var name: String?
  /// The local that its words are fields of.
  var variable: Int?

  init(_ call: Call, _ scopes: Scopes) {
    self.call = call
    name = call.arguments.first.flatMap(scopes.literal)?.string
    variable = scopes.variable(of: call)
  }

  /// The word of it that a call calls.
  func word(_ path: Scopes.Path?) -> String? {
    guard let path, let variable, path.variable == variable, path.names.count == 1 else { return nil }
    return path.names[0]
  }
}
