struct UnusedParameter: Rule {
  let name = "unused-parameter"
  let summary = "A parameter is declared and never read; where the whole table goes elsewhere, nothing is said."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest, let declared = script.ownParameters, !declared.isEmpty, Self.isKnown(script) else {
      return []
    }
    let reads = script.parameterVariables.flatMap { script.scopes.variables[$0].reads }
    guard reads.allSatisfy({ $0.field != nil }) else { return [] }
    var used = Set(reads.compactMap(\.field))
    if script.extended != nil { used.formUnion(script.base?.parameterNames ?? []) }
    return declared.compactMap { field in
      guard let name = field.name, !used.contains(name) else { return nil }
      return Problem(at: field.position, "the parameter '\(name)' is never used", "take it out, or read it")
    }
  }

  /// Whether it is known where the parameters go.
  private static func isKnown(_ script: Script) -> Bool {
    if script.extended != nil {
      return script.base?.parameterNames != nil && script.steps.allSatisfy { $0.word == .step || $0.body != nil }
    }
    guard let header = script.header, header.variable == nil else { return script.header != nil }
    // Called for nothing but its effect.
    return script.tree.main.block.statements.contains { statement in
      if case .call(let chain) = statement { chain.position == header.call.position } else { false }
    }
  }
}
