import Crypto
import Values

/// The public keys of a keyring file, read as far as their fingerprints need it (RFC 4880, RFC 9580).
struct OpenPGPKeys {
  /// Without ASCII armor.
  let binary: [UInt8]
  /// Of the primary keys, in their order.
  let fingerprints: [KeyFingerprint]

  /// - Parameter bytes: A keyring file, as text or binary.
  init(_ bytes: [UInt8]) throws(PrimitiveError) {
    binary = try Self.dearmored(bytes)
    fingerprints = try Self.fingerprints(binary)
    guard !fingerprints.isEmpty else { throw PrimitiveError("there is no public key in it") }
  }

  // MARK: ASCII armor (RFC 4880, 6.2)

  private static let beginning = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
  private static let end = "-----END PGP PUBLIC KEY BLOCK-----"

  /// The key as text, with its checksum (RFC 4880, 6.1).
  var armored: [UInt8] {
    let digits = Array(Base64.encode(binary).utf8)
    var text = Array("\(Self.beginning)\n\n".utf8)
    for start in stride(from: 0, to: digits.count, by: 64) {
      text += digits[start..<min(start + 64, digits.count)] + [UInt8(ascii: "\n")]
    }
    let sum = Self.checksum(binary)
    let bytes = [UInt8(sum >> 16 & 255), UInt8(sum >> 8 & 255), UInt8(sum & 255)]
    return text + Array("=\(Base64.encode(bytes))\n\(Self.end)\n".utf8)
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var sum: UInt32 = 0xb704ce
    for byte in bytes {
      sum ^= UInt32(byte) << 16
      for _ in 0..<8 {
        sum <<= 1
        if sum & 0x1000000 != 0 { sum ^= 0x1864cfb }
      }
    }
    return sum & 0xffffff
  }

  private static func dearmored(_ bytes: [UInt8]) throws(PrimitiveError) -> [UInt8] {
    // Every binary keyring begins with a packet tag, whose highest bit is set.
    if let first = bytes.first, first & 0x80 != 0 { return bytes }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
    guard let start = lines.firstIndex(of: beginning) else {
      let isPage = lines.contains { $0.lowercased().hasPrefix("<!doctype") || $0.lowercased().hasPrefix("<html") }
      throw PrimitiveError(
        isPage ? "it is a web page, not an OpenPGP key" : "it is no OpenPGP key: it does not begin with \(beginning)")
    }
    guard let stop = lines[start...].firstIndex(of: end) else {
      throw PrimitiveError("it is cut off: the line \(end) is missing")
    }
    // Headers such as `Version: GnuPG v2` end with an empty line; a line that begins with `=` is the checksum.
    let body = lines[(start + 1)..<stop].drop { $0.contains(": ") }.filter { !$0.hasPrefix("=") }.joined()
    guard let key = Base64.decode(body), !key.isEmpty else { throw PrimitiveError("it is damaged: it is not base64") }
    let sum = lines[(start + 1)..<stop].last { $0.hasPrefix("=") && $0.utf8.count == 5 }
    if let sum, let given = Base64.decode(String(sum.dropFirst())) {
      guard given.reduce(UInt32(0), { $0 << 8 | UInt32($1) }) == checksum(key) else {
        throw PrimitiveError("it is damaged: its checksum does not fit")
      }
    }
    return key
  }

  // MARK: Packets (RFC 4880, 4.2)

  private static func fingerprints(_ bytes: [UInt8]) throws(PrimitiveError) -> [KeyFingerprint] {
    var fingerprints: [KeyFingerprint] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let (tag, body) = try packet(&rest)
      guard tag == 6 else { continue }
      guard body.first == 4 else {
        throw PrimitiveError("it has a key of version \(body.first ?? 0); those of version 4 are known here")
      }
      // RFC 4880, 12.2
      let hashed = [0x99, UInt8(body.count >> 8 & 255), UInt8(body.count & 255)] + body
      fingerprints.append(KeyFingerprint(text: Hex.encode(Insecure.SHA1.hash(data: hashed)).uppercased()))
    }
    return fingerprints
  }

  private static func packet(_ rest: inout ArraySlice<UInt8>) throws(PrimitiveError) -> (tag: UInt8, body: [UInt8]) {
    let first = try byte(&rest)
    guard first & 0x80 != 0 else { throw PrimitiveError("it is damaged: it is no sequence of OpenPGP packets") }
    let tag: UInt8
    let count: Int
    if first & 0x40 != 0 {
      tag = first & 0x3f
      let length = Int(try byte(&rest))
      switch length {
      case 0..<192: count = length
      case 192..<224: count = (length - 192) << 8 + Int(try byte(&rest)) + 192
      case 255: count = try number(4, &rest)
      default: throw PrimitiveError("it is damaged: a key has no partial length")
      }
    } else {
      tag = first >> 2 & 0x0f
      guard first & 3 != 3 else { throw PrimitiveError("it is damaged: a packet has no length") }
      count = try number(1 << Int(first & 3), &rest)
    }
    guard count <= rest.count else { throw PrimitiveError("it is cut off: a packet is longer than what is left") }
    defer { rest = rest.dropFirst(count) }
    return (tag, Array(rest.prefix(count)))
  }

  private static func number(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(PrimitiveError) -> Int {
    var number = 0
    for _ in 0..<count { number = number << 8 | Int(try byte(&rest)) }
    return number
  }

  private static func byte(_ rest: inout ArraySlice<UInt8>) throws(PrimitiveError) -> UInt8 {
    guard let byte = rest.popFirst() else { throw PrimitiveError("it is cut off") }
    return byte
  }
}
