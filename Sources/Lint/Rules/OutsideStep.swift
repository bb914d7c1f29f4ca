struct OutsideStep: Rule {
  let name = "outside-step"
  let summary =
    "A primitive is asked outside of steps, where a runbook only computes, be it by a function that is called there."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest else { return [] }
    return script.reached(from: 0).map { call, reached in
      let path = call.path
      let name =
        path.global
        ?? ([path.variable.map { script.scopes.variables[$0].name } ?? ""] + path.names).joined(separator: ".")
      let what =
        name == reached.name || reached.place == nil
        ? "\(reached.name) stands outside of steps"
        : "\(name) asks \(reached.name) (\(reached.place ?? "")) outside of steps"
      return script.kind == .module
        ? Problem(
          at: call.position, "\(what): a module only computes when it is required",
          "put it into a function of the module")
        : Problem(
          at: call.position, "\(what), where a runbook only computes", "put it into step(\"name\", function() … end)")
    }
  }
}
