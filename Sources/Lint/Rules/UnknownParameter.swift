struct UnknownParameter: Rule {
  let name = "unknown-parameter"
  let summary = "A parameter is read that the runbook does not declare."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest, let known = script.parameterNames else { return [] }
    return script.parameterVariables.flatMap { variable in
      script.scopes.variables[variable].reads.compactMap { read in
        guard let field = read.field, !known.contains(field) else { return nil }
        return Problem(
          at: read.position, "the runbook has no parameter '\(field)'", meant: field, among: known,
          otherwise: "declare it in params")
      }
    }
  }
}
