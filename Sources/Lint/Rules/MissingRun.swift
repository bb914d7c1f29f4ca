struct MissingRun: Rule {
  let name = "missing-run"
  let summary = "A runbook extends another, and never runs it."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest, let extended = script.extended, extended.variable != nil,
      !script.calls.contains(where: { extended.word($0.path) == "run" })
    else { return [] }
    return [
      Problem(
        at: extended.call.position, "the runbook \(extended.name ?? "") is extended, but never run",
        "call run() of what extends answers, as the last thing")
    ]
  }
}
