struct DuplicateStep: Rule {
  let name = "duplicate-step"
  let summary = "Two steps have one name, a step stands in a loop, or one is replaced or dropped twice."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest else { return [] }
    return twice(script) + alreadyInBase(script) + replacedTwice(script)
  }

  private func twice(_ script: Script) -> [Problem] {
    var problems: [Problem] = []
    var known: [String: [Step]] = [:]
    for step in script.steps {
      guard let expression = step.nameExpression, let name = step.name else { continue }
      if let other = known[name]?.first(where: { !$0.call.excludes(step.call) }) {
        problems.append(
          Problem(
            at: expression.position, "the step '\(name)' stands twice, in line \(other.call.position.line) too",
            "give it another name: it is the step's identity in the journal"))
      } else if step.call.isInLoop {
        problems.append(
          Problem(
            at: expression.position, "the step '\(name)' stands in a loop, and would stand twice",
            "put the loop into the step"))
      }
      known[name, default: []].append(step)
    }
    return problems
  }

  private func alreadyInBase(_ script: Script) -> [Problem] {
    guard let base = script.base else { return [] }
    let names = Set(base.steps.compactMap(\.name))
    return script.steps.compactMap { step in
      guard let expression = step.nameExpression, let name = step.name, names.contains(name) else { return nil }
      return Problem(
        at: expression.position, "the runbook that is extended has a step '\(name)' already",
        "give it another name, or replace that one")
    }
  }

  private func replacedTwice(_ script: Script) -> [Problem] {
    guard let extended = script.extended else { return [] }
    var problems: [Problem] = []
    var known: [String: [Script.NamedCall]] = [:]
    for call in script.calls where ["replace", "drop"].contains(extended.word(call.path)) {
      guard let at = call.arguments.first, let name = script.scopes.literal(at)?.string else { continue }
      if let other = known[name]?.first(where: { !$0.call.excludes(call.call) }) {
        problems.append(
          Problem(
            at: at.position, "the step '\(name)' is replaced or dropped twice, in line \(other.position.line) too",
            "take one out"))
      }
      known[name, default: []].append(call)
    }
    return problems
  }
}
