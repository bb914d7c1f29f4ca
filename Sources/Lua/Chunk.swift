/// Lua source, and the name that error texts and tracebacks show for it.
public struct Chunk: Sendable, Hashable {
  /// A file's name as its author knows it: `install-single-node.lua`.
  public var name: String
  public var source: [UInt8]

  public init(name: String, source: [UInt8]) {
    self.name = name
    self.source = source
  }

  public init(name: String, source: String) {
    self.init(name: name, source: Array(source.utf8))
  }
}

extension Chunk {
  /// The name as Lua shows it: of a long one, only the end.
  var shownName: String {
    let limit = 59  // LUA_IDSIZE, less the zero byte
    let bytes = Array(name.utf8)
    if bytes.count <= limit { return name }
    let end = bytes.suffix(limit - 3).drop { $0 & 0xc0 == 0x80 }  // not in the middle of a character
    return "..." + String(decoding: end, as: UTF8.self)
  }

  /// What Lua compiles: without a byte order mark, and with an empty line for a first line that names an interpreter.
  func text() throws(ScriptError) -> [UInt8] {
    var text = source[...]
    if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
    if text.first == UInt8(ascii: "#") { text = text.drop { $0 != UInt8(ascii: "\n") } }
    if text.first == 0x1b {
      throw ScriptError(.syntax, "compiled Lua is not accepted, only its source", at: SourcePlace(file: name, line: 1))
    }
    guard String(validating: text, as: UTF8.self) != nil else {
      let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
      throw ScriptError(
        .encoding, "the text is not UTF-8", at: SourcePlace(file: name, line: line.map { $0 + 1 } ?? 1))
    }
    return Array(text)
  }
}
