public import Values

/// What a slice of a script came to.
public enum Outcome: Sendable, Hashable {
  /// The script waits for the answer to a call.
  case call(Call)
  /// The script, or the function of a step, returned this.
  case finished(Value)
  case failed(ScriptError)
}

/// A call of a primitive, or of a word of the language itself.
///
/// | name | arguments | answer |
/// | --- | --- | --- |
/// | `namespace.verb` | as written: one map for `namespace.verb{…}`, or bare values | what the primitive returns |
/// | `runbook` | one map | the map of parameters that `runbook{…}` returns |
/// | `phase`, `checkpoint`, `note` | a string | not looked at |
/// | `step.begin` | `{name, options, functions}`: plain options, and which of `check`, `rollback` are given | `{completed: true, value: …}`: the step returns the value and its body does not run; `{completed: false}` |
/// | `step.end` | `{name, value}`, no `value` for nil | what the step returns: the value as recorded, so that a run and its resumption see the same |
/// | `step.failed` | `{name, message}`: an error leaves the body, and a `pcall` of the script is about to catch it | not looked at |
///
/// In the dialect of tests, besides:
///
/// | name | arguments | answer |
/// | --- | --- | --- |
/// | `test.it` | `{id, name}`: a test, to be started as ``StepFunction/test`` of the step `id` | not looked at |
/// | `test.rehearse` | the table, with `step = true` for a function and `after = id` for a rehearsal as machine | what came of it, with its `id`; `{step: true}`: the function is to be run |
/// | `test.end` | `{value}` or `{message}`: how the function ended | the same |
/// | `test.snapshot` | `{name, rehearsal}` or `{name, text}` | nil; or the text of what differs |
/// | `test.difference` | `{wanted, got}` | the text of what differs |
public struct Call: Sendable, Hashable {
  public var name: String
  public var arguments: [Value]
  /// The script's line with the call.
  public var place: SourcePlace

  public init(name: String, arguments: [Value], place: SourcePlace) {
    self.name = name
    self.arguments = arguments
    self.place = place
  }
}

/// The functions that a step can leave for later, beside its body; and the body of a test.
public enum StepFunction: String, Sendable, CaseIterable {
  case check, rollback, test
}
