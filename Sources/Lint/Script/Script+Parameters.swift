extension Script {
  /// The parameters that the file itself declares; nil where only running it can tell.
  var ownParameters: [TableConstructor.Field]? {
    guard let extended else { return header?.declared }
    var fields: [TableConstructor.Field] = []
    for call in calls where extended.word(call.path) == "params" {
      guard let named = call.arguments.first?.table?.namedFields else { return nil }
      fields += named
    }
    return fields
  }

  /// The names of all parameters that the runbook has; nil where only running it can tell.
  var parameterNames: Set<String>? {
    guard let own = ownParameters else { return nil }
    let names = Set(own.compactMap(\.name))
    guard extended != nil else { return names }
    return base?.parameterNames.map { $0.union(names) }
  }

  /// The variables in which the file has its parameters.
  var parameterVariables: [Int] {
    if extended == nil { return header?.variable.map { [$0] } ?? [] }
    return steps.filter { $0.word != .step }.compactMap { step in
      step.body.flatMap { scopes.bodies[$0]?.parameters.first?.variable }
    }
  }
}
