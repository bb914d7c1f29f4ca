extension Script {
  /// The local table that a module answers with.
  private var export: Int? {
    guard case .result(let values, _) = tree.main.block.statements.last, values.count == 1,
      case .name(let name) = values[0].bare
    else { return nil }
    return name.variable
  }

  /// The names that the text gives to the fields of what a module answers with.
  var exportedNames: Set<String>? {
    guard let export else { return nil }
    let variable = scopes.variables[export]
    // Whoever gets the table whole may put something into it; the module's own `return` is one such place.
    guard variable.writes.isEmpty, variable.reads.filter({ $0.field == nil }).count == 1,
      let fields = variable.initial?.table?.namedFields, variable.changes.allSatisfy({ $0.field != nil })
    else { return nil }
    return Set(fields.compactMap(\.name) + variable.changes.compactMap(\.field))
  }

  /// The function that a module answers under a name.
  func exported(_ name: String) -> Int? {
    export.flatMap { scopes.function(at: .init(variable: $0, names: [name])) }
  }
}
