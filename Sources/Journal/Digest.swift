internal import Crypto
internal import Values

/// A SHA-256 digest: of a record, of former file bytes, of a Lua file.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// What the header's `prev` holds, as no record comes before it.
  public static let zero = Digest(digits: String(repeating: "0", count: 64))

  /// The digest of `bytes`.
  public init(_ bytes: [UInt8]) { self = bytes.withUnsafeBytes { Digest(of: $0) } }

  /// The digest that `hex` spells, or nil if it is not 64 lower-case hexadecimal digits.
  public init?(hex: String) {
    let isDigest = hex.utf8.count == 64 && hex.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    guard isDigest else { return nil }
    self.init(digits: hex)
  }

  init(of bytes: UnsafeRawBufferPointer) {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    self.init(digits: Hex.encode(hash.finalize()))
  }

  private init(digits: String) { hex = digits }

  public var description: String { hex }
}
