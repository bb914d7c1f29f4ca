struct UnknownRunbook: Rule {
  let name = "unknown-runbook"
  let summary = "`extends` names a runbook that is not installed."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest, let extended = script.extended, let name = extended.name,
      !script.shelf.surroundings.bases.contains(name)
    else { return [] }
    let bases = script.shelf.surroundings.bases
    return [
      Problem(
        at: extended.call.arguments.first?.position ?? extended.call.position,
        "there is no installed runbook '\(name)' to extend", meant: name, among: bases,
        otherwise: bases.isEmpty ? "there are none" : "there are \(bases.sorted().joined(separator: ", "))")
    ]
  }
}
