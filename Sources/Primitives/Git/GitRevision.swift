import Values

/// A state of a repository that stays what it is: a tag, or a commit by its 40 hexadecimal digits.
struct GitRevision: ArgumentValue, Hashable, CustomStringConvertible {
  var text: String
  var description: String { text }

  static var typeName: String { "tag, or commit of 40 hexadecimal digits" }
  static var blank: GitRevision { GitRevision("v0") }
  var argument: Value { .string(text) }

  init(_ text: String) { self.text = text }

  /// The names that git-check-ref-format(1) allows, without those that could be taken for something else.
  init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, !text.isEmpty, !text.hasPrefix("-"), !text.hasPrefix("/"), !text.hasSuffix("/"),
      !text.hasSuffix("."), !text.contains(".."), !text.contains("//"), !text.hasSuffix(".lock"),
      text.utf8.allSatisfy({ UInt8(ascii: "!") <= $0 && !Self.special.contains($0) && $0 != 0x7f })
    else { throw Self.mismatch(argument) }
    self.text = text.utf8.count == 40 && Hex.decode(text) != nil ? text.lowercased() : text
  }

  private static let special = Set("~^:?*[\\@{ ".utf8)

  /// nil for a tag.
  var commit: String? { text.utf8.count == 40 && Hex.decode(text) != nil ? text : nil }

  /// The full name of a tag.
  var reference: String? { commit == nil ? "refs/tags/\(text)" : nil }
}
