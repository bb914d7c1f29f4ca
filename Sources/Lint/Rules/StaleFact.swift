struct StaleFact: Rule {
  let name = "stale-fact"
  let summary = "A local is set in one step and read in another: a resumed run does not run the first one again."

  func problems(in script: Script) -> [Problem] {
    guard script.kind == .runbook else { return [] }
    let insertions = insertions(script)
    return script.scopes.variables.enumerated().compactMap { number, variable in
      guard script.role(of: variable.function) == nil else { return nil }
      let writes = variable.writes + variable.changes + (insertions[number] ?? [])
      var known: Set<Script.Role> = []
      for write in writes.sorted(by: { $0.position < $1.position }) {
        // Of each step the first one tells all.
        guard let role = script.role(of: write.function), !role.isRollback, known.insert(role).inserted,
          let read = variable.reads.first(where: { isStale($0, after: write, in: role, variable, script) })
        else { continue }
        let step = script.steps[role.step].label
        return Problem(
          at: read.position,
          "'\(variable.name)' is set in \(step) (line \(write.position.line)), which a resumed run does not run again",
          "have that step return it: local \(variable.name) = step(…)")
      }
      return nil
    }
  }

  private func isStale(
    _ read: Variable.Use, after write: Variable.Use, in role: Script.Role, _ variable: Variable, _ script: Script
  ) -> Bool {
    guard let other = script.role(of: read.function) else {
      // What stands between steps runs in its turn.
      return read.function == variable.function && read.position > write.position
    }
    guard other != role else { return false }
    // It has set the variable itself before.
    return !variable.writes.contains { script.role(of: $0.function) == other && $0.position < read.position }
  }

  /// Tables that `table.insert` changes, by their variable.
  private func insertions(_ script: Script) -> [Int: [Variable.Use]] {
    var found: [Int: [Variable.Use]] = [:]
    for call in script.calls where call.global == "table.insert" {
      guard case .name(let name) = call.arguments.first?.bare, let variable = name.variable else { continue }
      found[variable, default: []].append(.init(position: name.position, function: call.call.function))
    }
    return found
  }
}
