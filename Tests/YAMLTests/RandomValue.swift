import Values

/// Values made of what readers and writers stumble over.
struct RandomValue {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let pieces = [
    " ", " ", "\n", "\n", "\t", ":", "#", "-", "?", "'", "\"", "\\", "a", "b", "0", "1", "e", "x", ".", "é",
    "😀", "\r", "\u{85}", "\u{2028}", "\0", "\u{7f}", "\u{feff}", "\u{fffe}", "\u{a0}", "\u{301}", "{", "}", "[",
    "]", ",", "~", "yes", "null", "0x", "_", "+", "!", "&", "*", "|", ">", "%", "@", "`", "<<", "=", "...",
    "---", ": ", " #", "- ", "key", "word word",
  ]

  mutating func string() -> String {
    var string = ""
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      string += Self.pieces.randomElement(using: &random) ?? ""
    }
    return string
  }

  mutating func value(depth: Int) -> Value {
    switch Int.random(in: 0..<(depth > 0 ? 14 : 9), using: &random) {
    case 0: return [nil, true, false].randomElement(using: &random) ?? nil
    case 1: return .integer(Int(truncatingIfNeeded: random.next()) >> Int.random(in: 0..<64, using: &random))
    case 2: return .float(Double(bitPattern: random.next()))
    case 3: return .float(Double(Int.random(in: -100...100, using: &random)) / 4)
    case 4:
      return .bytes((0..<Int.random(in: 0...9, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
    case 5..<9: return .string(string())
    case 9..<11: return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth - 1) })
    default:
      var map: ValueMap = [:]
      for _ in 0..<Int.random(in: 0...4, using: &random) { map[string()] = value(depth: depth - 1) }
      return .map(map)
    }
  }
}
