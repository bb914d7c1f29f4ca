import Crypto
import Host
import Values

/// The SHA-256 of a content, as sha256sum(1) writes it.
struct SHA256Sum: ArgumentValue, Hashable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  let text: String
  var description: String { text }

  static var typeName: String { "SHA-256 (64 hexadecimal digits)" }
  static var blank: SHA256Sum { SHA256Sum(of: []) }
  var argument: Value { .string(text) }

  private init(text: String) { self.text = text }

  init(of content: [UInt8]) { text = Hex.encode(SHA256.hash(data: content)) }

  /// The sum of what is read on `host`; nil where a model knows nothing of it.
  init?(of content: [UInt8], on host: any Host) {
    guard host.isModel, let unknown = UnknownContent(content) else {
      self.init(of: content)
      return
    }
    guard let sum = unknown.sha256 else { return nil }
    self.init(text: sum)
  }

  init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, text.utf8.count == 64, Hex.decode(text) != nil else {
      throw Self.mismatch(argument)
    }
    self.text = text.lowercased()
  }
}
