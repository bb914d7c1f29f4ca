struct StaleFact: Rule {
  let name = "stale-fact"
  let summary = "A local is set in one step and read in another: a resumed run does not run the first one again."

  func problems(in script: Script) -> [Problem] {
    guard script.kind == .runbook else { return [] }
    let insertions = insertions(script)
    return script.scopes.variables.enumerated().compactMap { number, variable in
      guard script.role(of: variable.function) == nil else { return nil }
      let changes = variable.writes + variable.changes + (insertions[number] ?? [])
      // Of each step the first one tells all.
      let firsts = self.firsts(changes, script)
      let writes = self.firsts(variable.writes, script)
      for (role, change) in firsts.sorted(by: { $0.value.order < $1.value.order }) where !role.isRollback {
        guard
          let read = variable.reads.first(where: { read in
            guard let other = script.role(of: read.function) else {
              // What stands between steps runs in its turn.
              return read.function == variable.function && read.order > change.order
            }
            guard other != role else { return false }
            // Unless the step has set the variable itself before.
            return writes[other].map { $0.order > read.order } ?? true
          })
        else { continue }
        let step = script.steps[role.step].label
        return Problem(
          at: read.position,
          "'\(variable.name)' is set in \(step) (line \(change.position.line)), which a resumed run does not run again",
          "have that step return it: local \(variable.name) = step(…)")
      }
      return nil
    }
  }

  /// The first use in each step.
  private func firsts(_ uses: [Variable.Use], _ script: Script) -> [Script.Role: Variable.Use] {
    var found: [Script.Role: Variable.Use] = [:]
    for use in uses {
      guard let role = script.role(of: use.function) else { continue }
      if let known = found[role], known.order < use.order { continue }
      found[role] = use
    }
    return found
  }

  /// Tables that `table.insert` changes, by their variable.
  private func insertions(_ script: Script) -> [Int: [Variable.Use]] {
    var found: [Int: [Variable.Use]] = [:]
    for call in script.calls where call.global == "table.insert" {
      guard case .name(let name) = call.arguments.first?.bare, let variable = name.variable else { continue }
      found[variable, default: []].append(
        .init(position: name.position, order: order(name, script), function: call.call.function))
    }
    return found
  }

  /// The number of the use that this name is.
  private func order(_ name: Name, _ script: Script) -> Int {
    guard let variable = name.variable else { return 0 }
    return script.scopes.variables[variable].reads.first { $0.position == name.position }?.order ?? 0
  }
}
