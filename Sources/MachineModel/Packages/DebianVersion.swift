/// A package's version as dpkg orders it (deb-version(7)).
struct DebianVersion: Comparable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (a: DebianVersion, b: DebianVersion) -> Bool { !(a < b) && !(b < a) }

  static func < (a: DebianVersion, b: DebianVersion) -> Bool {
    let (x, y) = (a.parts, b.parts)
    if x.epoch != y.epoch { return x.epoch < y.epoch }
    let upstream = order(x.upstream, y.upstream)
    return (upstream == 0 ? order(x.revision, y.revision) : upstream) < 0
  }

  private var parts: (epoch: Int, upstream: [UInt8], revision: [UInt8]) {
    var rest = Array(text.utf8)[...]
    var epoch = 0
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      epoch = Int(String(decoding: rest[..<colon], as: UTF8.self)) ?? 0
      rest = rest[(colon + 1)...]
    }
    guard let dash = rest.lastIndex(of: UInt8(ascii: "-")) else { return (epoch, Array(rest), []) }
    return (epoch, Array(rest[..<dash]), Array(rest[(dash + 1)...]))
  }

  /// Parts without digits and parts of digits alternate; `~` comes before everything, the end included.
  private static func order(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var (a, b) = (a[...], b[...])
    while !a.isEmpty || !b.isEmpty {
      while a.first.map(isDigit) == false || b.first.map(isDigit) == false {
        let (x, y) = (weight(a.first), weight(b.first))
        if x != y { return x - y }
        a = a.dropFirst()
        b = b.dropFirst()
      }
      let (x, y) = (number(&a), number(&b))
      if x.count != y.count { return x.count - y.count }
      if let (p, q) = zip(x, y).first(where: { $0 != $1 }) { return Int(p) - Int(q) }
    }
    return 0
  }

  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

  private static func weight(_ byte: UInt8?) -> Int {
    guard let byte, !isDigit(byte) else { return 0 }
    if byte == UInt8(ascii: "~") { return -1 }
    let isLetter = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    return Int(byte) + (isLetter ? 0 : 256)
  }

  /// The digits at the beginning, without leading zeros.
  private static func number(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = text.prefix(while: isDigit)
    text = text.dropFirst(digits.count)
    return digits.drop { $0 == UInt8(ascii: "0") }
  }
}
