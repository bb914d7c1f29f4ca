struct NewerThanAPI: Rule {
  let name = "newer-than-api"
  let summary = "A primitive is newer than the engine API that the runbook says it needs."

  func problems(in script: Script) -> [Problem] {
    guard let api = script.header?.api(script.scopes) else { return [] }
    return script.calls.compactMap { call in
      guard let type = script.primitive(call), type.since > api else { return nil }
      return Problem(
        at: call.position, "\(type.name) came with engine API \(type.since), and the runbook says api = \(api)",
        "write api = \(type.since) in runbook { … }")
    }
  }
}
