public import Values

/// The name of a Debian package (Debian policy, 5.6.1), with `:ARCHITECTURE` where it is not this machine's.
public struct PackageName: ArgumentValue, Sendable, Hashable, CustomStringConvertible {
  public var text: String
  public var description: String { text }

  public static var typeName: String { "package name such as \"containerd\"" }
  public static var blank: PackageName { PackageName("") }
  public var argument: Value { .string(text) }

  public init(_ text: String) { self.text = text }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, Self.isName(text) else { throw Self.mismatch(argument) }
    self.text = text
  }

  static func isName(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.first, name.count >= 2, name.first.map(isAlphanumeric) == true,
      parts.dropFirst().allSatisfy({ !$0.isEmpty })
    else { return false }
    return parts.joined().allSatisfy { isAlphanumeric($0) || "+-.".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }
}
