struct UnusedLocal: Rule {
  let name = "unused-local"
  let summary = "A local, or a local function, is never used; a name that begins with _ may be."

  func problems(in script: Script) -> [Problem] {
    script.scopes.variables.compactMap { variable in
      guard variable.kind == .local || variable.kind == .function, variable.attribute != "close",
        !variable.name.hasPrefix("_"), variable.reads.isEmpty, variable.changes.isEmpty
      else { return nil }
      let what = variable.kind == .function ? "the local function" : "the local"
      let message =
        "\(what) '\(variable.name)' is \(variable.writes.isEmpty ? "never used" : "assigned to, but never read")"
      return Problem(at: variable.position, message, "take it out, or call it _\(variable.name)")
    }
  }
}
