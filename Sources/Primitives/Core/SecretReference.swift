public import Values

/// Names a secret and the source that it comes from, never the secret.
///
/// As an argument, and in records, it is a table `{ secret = NAME, source = SOURCE }`; scripts hold it as a handle.
public struct SecretReference: ArgumentValue, Sendable, Hashable {
  /// What people call it: the parameter's name, in the words of a prompt.
  public var name: String
  /// `prompt`, `file:PATH` or `credential:NAME` (systemd's `LoadCredential=`).
  public var source: String

  public init(name: String, source: String) {
    self.name = name
    self.source = source
  }

  /// Whether `text` is the source of a secret, and not, by mistake, the secret itself.
  public static func isSource(_ text: String) -> Bool {
    text == "prompt" || text.hasPrefix("file:/") || (text.hasPrefix("credential:") && isCredential(text.dropFirst(11)))
  }

  /// Whether systemd allows a credential of this name (systemd.exec(5)): one that can be a file's.
  static func isCredential(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && name != "." && name != ".."
      && name.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
  }

  /// What to give instead of what is no source.
  public static let sources = "the source of a secret (prompt, file:/PATH or credential:NAME), never the secret"

  public static var typeName: String { "secret (a parameter of that type, or secret.file and the like)" }
  public static var luaType: String { "secret" }
  public static var blank: SecretReference { SecretReference(name: "", source: "prompt") }
  public static var takesSecrets: Bool { true }
  public var argument: Value { [Self.nameKey: .string(name), Self.sourceKey: .string(source)] }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let reference = Self(record: argument) else {
      // What came instead may be the secret itself.
      throw ArgumentProblem("expected a \(Self.typeName), got a \(argument.kind)")
    }
    self = reference
  }

  private init?(record: Value) {
    guard let name = record[Self.nameKey]?.string, let source = record[Self.sourceKey]?.string,
      record.map?.count == 2, Self.isSource(source)
    else { return nil }
    self.init(name: name, source: source)
  }

  /// The secrets that an argument of a type that takes them refers to.
  static func all(in argument: Value) -> [SecretReference] {
    if let reference = SecretReference(record: argument) { return [reference] }
    switch argument {
    case .array(let values): return values.flatMap(all)
    case .map(let map): return map.values.flatMap(all)
    default: return []
    }
  }

  private static let nameKey = "secret"
  private static let sourceKey = "source"
}
