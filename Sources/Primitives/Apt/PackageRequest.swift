public import Values

/// A package that is wanted: `NAME`, `NAME=VERSION`, or `NAME=BEGINNING*` for the newest version that begins so.
public struct PackageRequest: ArgumentValue, Sendable, Hashable, CustomStringConvertible {
  public var name: String
  /// As it was given, with a `*` at its end where it is only the beginning; nil for any.
  public var version: String?

  public var description: String { version.map { "\(name)=\($0)" } ?? name }

  public static var typeName: String { "package such as \"docker.io\", \"kubeadm=1.24.0-00\" or \"kubeadm=1.24.0-*\"" }
  public static var blank: PackageRequest { PackageRequest(name: "") }
  public var argument: Value { .string(description) }

  public init(name: String, version: String? = nil) {
    self.name = name
    self.version = version
  }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string else { throw Self.mismatch(argument) }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first, PackageName.isName(name), parts.dropFirst().allSatisfy(Self.isVersion) else {
      throw Self.mismatch(argument)
    }
    self.init(name: name, version: parts.dropFirst().first)
  }

  /// deb-version(7)
  private static func isVersion(_ text: String) -> Bool {
    let exact = text.hasSuffix("*") ? text.dropLast() : text[...]
    return exact.first?.isNumber == true
      && exact.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"):
          true
        default: ".+-~:".utf8.contains(byte)
        }
      }
  }

  /// Whether a version is one that is wanted.
  func accepts(_ version: String) -> Bool {
    guard let wanted = self.version else { return true }
    return wanted.hasSuffix("*") ? version.hasPrefix(wanted.dropLast()) : version == wanted
  }
}
