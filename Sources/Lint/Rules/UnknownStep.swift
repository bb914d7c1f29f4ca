struct UnknownStep: Rule {
  let name = "unknown-step"
  let summary = "A runbook changes a step that the runbook which it extends does not have."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest, let extended = script.extended, let base = script.base else { return [] }
    let names = base.steps.map(\.name)
    guard !names.contains(nil) else { return [] }
    let known = Set(names.compactMap(\.self))
    return script.calls.compactMap { call in
      guard ["before", "after", "replace", "drop"].contains(extended.word(call.path)), let at = call.arguments.first,
        let name = script.scopes.literal(at)?.string, !known.contains(name)
      else { return nil }
      return Problem(
        at: at.position, "the runbook \(extended.name ?? "") has no step '\(name)'", meant: name, among: known,
        otherwise: "its steps are \(known.sorted().joined(separator: ", "))")
    }
  }
}
