import Primitives

struct EffectInCheck: Rule {
  let name = "effect-in-check"
  let summary = "The check of a step changes the machine; a check only looks."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest else { return [] }
    return script.steps.flatMap { step -> [Problem] in
      guard let check = step.check else { return [] }
      return script.calls.compactMap { call in
        guard let type = script.primitive(call), type is any Effect.Type,
          script.scopes.enclosing(call.call.function).contains(check)
        else { return nil }
        return Problem(
          at: call.position, "\(type.name) changes the machine, and stands in the check of \(step.label)",
          "ask a query there, and change what is wrong in the step")
      }
    }
  }
}
