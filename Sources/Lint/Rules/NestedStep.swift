struct NestedStep: Rule {
  let name = "nested-step"
  let summary = "A step, phase or checkpoint stands inside a step."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest else { return [] }
    return script.calls.compactMap { call in
      guard let word = call.global, ["step", "phase", "checkpoint"].contains(word),
        let role = script.role(of: call.call.function)
      else { return nil }
      return Problem(
        at: call.position, "this \(word) stands inside \(script.steps[role.step].label)",
        word == "step" ? "put one behind the other" : "it belongs between steps")
    }
  }
}
