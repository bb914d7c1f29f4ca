public import Values

/// Permission bits, written as chmod(1) writes them: `"0644"`.
public struct FileMode: ArgumentValue, Sendable, Hashable {
  public var bits: UInt16
  public init(_ bits: UInt16) { self.bits = bits }

  public static var typeName: String { "octal mode such as \"0644\"" }
  public static var blank: FileMode { FileMode(0o644) }
  /// Four digits at least: `"0000"`, `"0644"`, `"1777"`.
  public var argument: Value {
    let digits = String(bits, radix: 8)
    return .string(String(repeating: "0", count: max(0, 4 - digits.count)) + digits)
  }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, (3...5).contains(text.utf8.count),
      text.utf8.allSatisfy({ (48...55).contains($0) }), let bits = UInt16(text, radix: 8), bits <= 0o7777
    else { throw Self.mismatch(argument) }
    self.bits = bits
  }
}
