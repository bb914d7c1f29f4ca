import Engine

/// What stands on a machine of an earlier run of the same runbook.
enum Standing {
  /// Says which version made it, and where a runbook differs from that; nil where nothing stands, or nobody may look.
  static func text(of scripts: ScriptSet, on machine: OpenMachine, state: String) throws -> String? {
    let runbook = try Runbook(headerOf: scripts)
    guard let catalog = try? RunCatalog(state: state, machine: machine.host.machineID),
      let run = catalog.standing.first(where: { $0.history.runbook == runbook.name })
    else { return nil }
    let made =
      "run \(run.run) of \(runbook.name) \(run.history.version) (\(run.history.status.word)) stands on this machine"
    guard let files = try? run.files else { return made }
    let steps = ScriptSet(files).differingSteps(from: scripts)
    if run.history.version == runbook.version, steps.isEmpty { return made }
    return "\(made); this is what \(runbook.version) would do to it, whose steps "
      + (steps.isEmpty ? "are the same" : "\(steps.joined(separator: ", ")) differ")
  }
}
