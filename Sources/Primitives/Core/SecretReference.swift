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

  public static var typeName: String { "secret (a parameter of that type, or secret.file and the like)" }
  public static var luaType: String { "secret" }
  public static var blank: SecretReference { SecretReference(name: "", source: "prompt") }
  public var argument: Value { ["secret": .string(name), "source": .string(source)] }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let name = argument["secret"]?.string, let source = argument["source"]?.string else {
      // What came instead may be the secret itself.
      throw ArgumentProblem("expected a \(Self.typeName), got a \(argument.kind)")
    }
    self.init(name: name, source: source)
  }
}
