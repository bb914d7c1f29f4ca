/// A string of several lines as a literal block scalar (`|`), where that loses nothing.
struct LiteralBlock {
  /// Its lines, each with a line break but perhaps the last.
  let content: [UInt8]
  /// What becomes of the line breaks at the end: `-` there is none, `` there is one, `+` there are more.
  let chomping: String
  /// Whether the first line begins with space, so that a reader cannot tell by it how far the block is indented.
  let needsIndentation: Bool

  /// Nil if `text` has one line, or a block would lose something.
  ///
  /// - Parameter isRoot: Whether this is the whole document, where readers differ in what an indentation indicator
  ///   counts from.
  init?(_ text: String, isRoot: Bool) {
    guard text.utf8.contains(.lineFeed) else { return nil }
    let content = Array(text.utf8)
    guard Self.isFit(content), let first = content.first(where: { $0 != .lineFeed }) else { return nil }
    if content.contains(where: { $0 >= 0x7f }) {
      guard text.unicodeScalars.allSatisfy({ $0 == "\n" || $0 == "\t" || Quoting.isVerbatim($0) }) else { return nil }
    }
    needsIndentation = Self.isSpace(first)
    guard !(isRoot && needsIndentation) else { return nil }
    chomping = content.last != .lineFeed ? "-" : content.dropLast().last == .lineFeed ? "+" : ""
    self.content = content
  }

  /// Whether no line is nothing but space, of which readers differ in what they make, and no character below 0x7f would
  /// have to be escaped.
  private static func isFit(_ content: [UInt8]) -> Bool {
    var (isBlank, previous) = (false, UInt8.lineFeed)
    for byte in content {
      if byte == .lineFeed {
        if isBlank { return false }
      } else if isSpace(byte) {
        isBlank = isBlank || previous == .lineFeed
      } else {
        guard byte >= 0x20 else { return false }
        isBlank = false
      }
      previous = byte
    }
    return !isBlank
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
}
