import Values

struct SecretPrompt: Query {
  static let name = "secret.prompt"
  static let summary = "A secret that the operator types on the terminal, unseen, when it is needed."
  static let details = """
    It is asked for once in a process, and kept in memory only. Where there is no terminal, as after a reboot, the run stops \
    before the effect that needs it, and can be resumed at one. A parameter of type secret with the value `prompt` is the same.
    """
  static let answers = "the secret, which can be handed to arguments of type secret and nowhere else"
  static let answerType = "secret"
  static let errors = "No terminal to ask at: the run stops before that step, and can be resumed."
  static let example = #"local password = secret.prompt "password of the registry""#

  @Argument("what is asked for; with the same words it is asked once", bare: true) var subject: String

  func validate() throws(ArgumentError) {
    if subject.isEmpty { throw ArgumentError(Self.name, "subject", "expected what is asked for, got \"\"") }
  }

  func answer(_ context: Context) -> Value {
    context.secrets.handle(SecretReference(name: subject, source: "prompt"))
  }
}
