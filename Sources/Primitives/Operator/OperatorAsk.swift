import Values

struct OperatorAsk: Query {
  static let name = "operator.ask"
  static let summary = "What the operator answers to a question."
  static let details = """
    With `--yes`, and in a rehearsal, the default answers; without a default the run stops, and can be resumed at a terminal. A plan \
    goes on with the default, and ends at a question that has none. Like every query it is asked anew when its step runs again; what is \
    to be remembered is the step's value.
    """
  static let answers = "`true` for yes and `false` for no; with `text`, what was typed"
  static let answerType = "boolean|string"
  static let errors = "Nobody to ask, and no default: the run stops before that step, and can be resumed at a terminal."
  static let example = #"local sure = operator.ask { question = "Replace the Secret?", default = false }"#

  @Argument("the question", bare: true) var question: String
  @Argument("whether a text is asked for, instead of yes or no") var text = false
  @Argument("the answer where none is given: a boolean, or with `text` a string", named: "default") var fallback: Value?

  func validate() throws(ArgumentError) {
    if question.isEmpty { throw ArgumentError(Self.name, "question", "expected a question, got \"\"") }
    guard let fallback, text ? fallback.string == nil : fallback.boolean == nil else { return }
    throw ArgumentError(
      Self.name, "default", "expected a \(text ? "string" : "boolean"), got \(fallback.shortText)")
  }

  func answer(_ context: Context) async throws -> Value {
    try await context.ask(Question(question, isText: text, default: fallback))
  }
}
