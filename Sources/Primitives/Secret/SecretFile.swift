import Values

struct SecretFile: Query {
  static let name = "secret.file"
  static let summary = "A secret that is kept in a file of mode 0600, which is read when the secret is needed."
  static let details = """
    The file belongs to the user who runs vsrrun, or to root, and nobody else may read it. A newline at its end is not part of \
    the secret. A parameter of type secret with the value `file:PATH` is the same.
    """
  static let answers = "the secret, which can be handed to arguments of type secret and nowhere else"
  static let answerType = "secret"
  static let errors = "A file that others than its owner may read, that belongs to somebody else, or that is not there."
  static let example = #"local password = secret.file "/root/registry-password""#

  @Argument("the file's path", bare: true) var path: AbsolutePath

  func answer(_ context: Context) -> Value {
    context.secrets.handle(SecretReference(name: path.text, source: "file:\(path)"))
  }
}
