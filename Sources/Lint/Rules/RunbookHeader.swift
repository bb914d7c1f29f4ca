import Engine

struct RunbookHeader: Rule {
  let name = "runbook-header"
  let summary = "What `runbook { … }` or an extension declares is not as it has to be, or stands twice."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest else { return [] }
    var problems = extensionProblems(in: script)
    guard let header = script.header else { return problems }
    if case .failure(let problem) = header.runbook {
      problems.append(problem.found(among: header.declared ?? [], otherwise: header.call.position))
    }
    for other in script.calls.filter({ $0.global == "runbook" }).dropFirst() where !other.call.excludes(header.call) {
      problems.append(
        Problem(
          at: other.position, "runbook { … } stands twice, in line \(header.call.position.line) too", "take one out"))
    }
    return problems
  }

  /// What is wrong with the parameters that an extension declares.
  private func extensionProblems(in script: Script) -> [Problem] {
    guard let extended = script.extended else { return [] }
    return script.calls.compactMap { call in
      guard extended.word(call.path) == "params", let table = call.arguments.first?.table,
        let declared = script.scopes.literal(.table(table))
      else { return nil }
      do throws(ParameterProblem) {
        _ = try Runbook(["name": "extension", "version": "1", "params": declared])
        return nil
      } catch {
        return error.found(among: table.fields, otherwise: call.position)
      }
    }
  }
}

extension ParameterProblem {
  /// The same at the declaration that it speaks of.
  fileprivate func found(among declared: [TableConstructor.Field], otherwise position: Position) -> Problem {
    let text = description
    let field = declared.first { $0.name.map { text.hasPrefix("parameter '\($0)'") } ?? false }
    // The text has its advice behind a semicolon.
    let parts = text.split(separator: ";", maxSplits: 1)
    return Problem(
      at: field?.position ?? position, String(parts.first ?? ""),
      parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "mend its declaration")
  }
}
