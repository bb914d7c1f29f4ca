public import Engine
public import Values

/// All about one run, for people.
public enum RunPage {
  public static func lines(_ history: History, run: String) -> [String] {
    let counts = history.counts
    var lines = [
      "\(run): \(history.runbook) \(history.version) on \(history.hostName)",
      "state: \(history.state)",
      "began: \(Timestamp.text(history.startTime)), last record: \(Timestamp.text(history.lastTime))",
      "effects: changed \(counts.changed), held \(counts.held), failed \(counts.failed), undone \(counts.undone)",
    ]
    if !history.parameters.isEmpty {
      lines.append("parameters:")
      lines += history.parameters.map { "  \($0) = \($1.luaText)" }
    }
    lines.append("steps:")
    lines += TextTable.aligned(
      history.stepNames.compactMap { history.steps[$0] }.map { step in
        [
          "  \(step.name)", step.isCompleted ? "done" : step.result?.rawValue ?? "cut off",
          step.isBoot ? "boot step" : "",
        ]
      })
    let standing = history.standing
    if !standing.isEmpty {
      lines.append("standing:")
      lines += standing.map {
        "  \($0.id.primitive) \($0.id.target)  \(Difference.of($0.before, $0.after ?? nil) ?? "") (step \($0.id.step), \($0.source))"
      }
    }
    if !history.checkpoints.isEmpty {
      lines.append("checkpoints: \(history.checkpoints.map(\.name).joined(separator: ", "))")
    }
    return lines.map(Printable.line)
  }
}

extension History {
  /// The same for programs.
  public func summary(run: String) -> Value {
    let counts = counts
    return [
      "run": .string(run), "runbook": .string(runbook), "version": .string(version), "machine": .string(machine),
      "host": .string(hostName), "state": .string(state), "started": .integer(startTime),
      "last": .integer(lastTime),
      "parameters": .map(parameters),
      "effects": [
        "changed": .integer(counts.changed), "held": .integer(counts.held), "failed": .integer(counts.failed),
        "undone": .integer(counts.undone),
      ],
      "steps": .array(
        stepNames.compactMap { steps[$0] }.map {
          [
            "name": .string($0.name), "phase": .string($0.phase), "done": .boolean($0.isCompleted),
            "boot": .boolean($0.isBoot),
          ]
        }),
      "checkpoints": .array(checkpoints.map { .string($0.name) }),
      "standing": .array(
        standing.map {
          [
            "step": .string($0.id.step), "primitive": .string($0.id.primitive), "target": .string($0.id.target),
            "before": $0.before, "after": $0.after ?? nil,
          ]
        }),
    ]
  }
}
