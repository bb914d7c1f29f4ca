/// A string of several lines as a literal block scalar (`|`), where that loses nothing.
struct LiteralBlock {
  let lines: [Substring]
  /// What becomes of the line breaks at the end: `-` there is none, `` there is one, `+` there are more.
  let chomping: String
  /// Whether the first line begins with space, so that a reader cannot tell by it how far the block is indented.
  let needsIndentation: Bool

  /// Nil if `text` has one line, or a block would lose something.
  ///
  /// - Parameter isRoot: Whether this is the whole document, where readers differ in what an indentation indicator
  ///   counts from.
  init?(_ text: String, isRoot: Bool) {
    guard text.utf8.contains(0x0a) else { return nil }
    guard text.unicodeScalars.allSatisfy({ $0 == "\n" || $0 == "\t" || Quoting.isVerbatim($0) }) else { return nil }
    var lines = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).map { Substring($0) }
    if text.utf8.last == 0x0a {
      lines.removeLast()
      chomping = lines.last?.isEmpty == true ? "+" : ""
    } else {
      chomping = "-"
    }
    // Readers differ in what they make of a line of nothing but space.
    guard !lines.contains(where: { !$0.isEmpty && $0.utf8.allSatisfy(Self.isSpace) }) else { return nil }
    guard let first = lines.first(where: { !$0.isEmpty }) else { return nil }
    needsIndentation = first.utf8.first.map(Self.isSpace) ?? false
    guard !(isRoot && needsIndentation) else { return nil }
    self.lines = lines
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
