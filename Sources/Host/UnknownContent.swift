/// The content of a file of which a model knows nothing, or only the checksum: what it holds instead.
///
/// A machine model has it where something would be fetched that only the network has. It is a comment in YAML, in Lua's
/// configuration files and for a shell, so that who reads it finds nothing rather than something wrong.
public struct UnknownContent: Sendable, Hashable {
  /// 64 lower-case hexadecimal digits; nil where not even the checksum is known.
  public var sha256: String?

  private static let mark = "# content that the machine model does not know"
  private static let label = "; SHA-256 "

  public init(sha256: String? = nil) { self.sha256 = sha256 }

  /// What `bytes` stand for; nil if they are ordinary content.
  public init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: Self.mark.utf8) else { return nil }
    let rest = bytes.dropFirst(Self.mark.utf8.count + Self.label.utf8.count).prefix { $0 != UInt8(ascii: "\n") }
    sha256 = rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
  }

  /// One line of text.
  public var bytes: [UInt8] { Array((Self.mark + (sha256.map { Self.label + $0 } ?? "") + "\n").utf8) }
}
