import Values

struct SecretCredential: Query {
  static let name = "secret.credential"
  static let summary = "A secret that systemd hands to the unit that runs vsrrun."
  static let details = """
    `LoadCredential=` or `LoadCredentialEncrypted=` of the unit names it; systemd puts it into `$CREDENTIALS_DIRECTORY`, where it is \
    read when it is needed. A newline at its end is not part of the secret. A parameter of type secret with the value \
    `credential:NAME` is the same.
    """
  static let answers = "the secret, which can be handed to arguments of type secret and nowhere else"
  static let answerType = "secret"
  static let errors = "A unit that was given no such credential."
  static let example = #"local password = secret.credential "registry-password""#

  @Argument("the credential's name", bare: true) var credential: String

  func validate() throws(ArgumentError) {
    guard SecretReference.isCredential(credential) else {
      throw ArgumentError(Self.name, "credential", "expected a name without '/' and ':', got \"\(credential)\"")
    }
  }

  func answer(_ context: Context) -> Value {
    context.secrets.handle(SecretReference(name: credential, source: "credential:\(credential)"))
  }
}
