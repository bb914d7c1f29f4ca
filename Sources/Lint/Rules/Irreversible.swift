struct Irreversible: Rule {
  let name = "irreversible"
  let summary = "A command says neither how it is taken back nor why it cannot be, or says both."

  func problems(in script: Script) -> [Problem] {
    script.calls.compactMap { call in
      guard let type = script.primitive(call), script.shelf.signature(of: type).wantsWord,
        let table = call.arguments.first?.table, table.namedFields != nil
      else { return nil }
      switch (table["rollback"] != nil, table["irreversible"] != nil) {
      case (false, false):
        return Problem(
          at: call.position, "\(type.name) does not say how it is taken back",
          "give rollback = { … }, or irreversible = \"why it cannot be\"")
      case (true, true):
        // One of the two may be nil at run time.
        guard script.isGiven(table["rollback"]), script.isGiven(table["irreversible"]) else { return nil }
        return Problem(
          at: call.position, "\(type.name) says both how it is taken back and why it cannot be", "give one of them")
      default: return nil
      }
    }
  }
}

extension Script {
  /// Whether an expression surely has a value.
  fileprivate func isGiven(_ expression: Expression?) -> Bool {
    guard let expression else { return false }
    return expression.table != nil || scopes.literal(expression).map { !$0.isNull } ?? false
  }
}
