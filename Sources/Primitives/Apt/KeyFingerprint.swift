public import Values

/// The fingerprint of an OpenPGP key: 40 hexadecimal digits, as gpg prints them, with or without spaces.
public struct KeyFingerprint: ArgumentValue, Sendable, Hashable {
  /// Upper-case digits without spaces.
  public var text: String

  public static var typeName: String { "fingerprint of 40 hexadecimal digits" }
  public static var blank: KeyFingerprint { KeyFingerprint(text: "") }
  public var argument: Value { .string(text) }

  init(text: String) { self.text = text }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string else { throw Self.mismatch(argument) }
    let digits = text.filter { !$0.isWhitespace }.uppercased()
    guard digits.utf8.allSatisfy({ Hex.decode("0\(Character(Unicode.Scalar($0)))") != nil }), !digits.isEmpty else {
      throw Self.mismatch(argument)
    }
    guard digits.utf8.count == 40 else {
      // Others can make a key with the same last digits.
      throw ArgumentProblem(
        "expected all 40 digits of the fingerprint, got \(digits.utf8.count): \(argument.shortText)")
    }
    self.text = digits
  }
}
