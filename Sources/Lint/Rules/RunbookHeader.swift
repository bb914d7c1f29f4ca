struct RunbookHeader: Rule {
  let name = "runbook-header"
  let summary = "What `runbook { … }` says of the runbook is not as it has to be, or stands twice."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest, let header = script.header else { return [] }
    var problems: [Problem] = []
    if case .failure(let problem) = header.runbook {
      let text = problem.description
      let parameter = header.declared?.first { text.hasPrefix("parameter '\($0.name ?? "")'") }
      // The text has its advice behind a semicolon.
      let parts = text.split(separator: ";", maxSplits: 1)
      problems.append(
        Problem(
          at: parameter?.position ?? header.call.position, String(parts.first ?? ""),
          parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "mend it in runbook { … }"))
    }
    for other in script.calls.filter({ $0.global == "runbook" }).dropFirst() where !other.call.excludes(header.call) {
      problems.append(
        Problem(
          at: other.position, "runbook { … } stands twice, in line \(header.call.position.line) too", "take one out"))
    }
    return problems
  }
}
