import Values

struct StepOptionsRule: Rule {
  let name = "step-options"
  let summary = "A step has an option that there is not, an option of the wrong type, or no function."

  private static let types = [
    "doc": "string", "boot": "boolean", "irreversible": "string", "check": "function", "rollback": "function",
  ]

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest else { return [] }
    return script.steps.flatMap { step in
      let options = step.options?.table?.namedFields ?? []
      return options.compactMap { problem($0, step, script.scopes) } + lacks(step, script.scopes)
    }
  }

  private func problem(_ field: TableConstructor.Field, _ step: Step, _ scopes: Scopes) -> Problem? {
    guard let name = field.name else { return nil }
    guard let type = Self.types[name] else {
      return Problem(
        at: field.position, "\(step.label) has no option '\(name)'", meant: name, among: Self.types.keys,
        otherwise: "there are \(Self.types.keys.sorted().joined(separator: ", "))")
    }
    guard let kind = kind(of: field.value, scopes), kind != "nil" else { return nil }
    guard kind == type else {
      return Problem(
        at: field.value.position, "\(step.label): \(name): expected \(type), got \(kind)", "give a \(type)")
    }
    guard name == "irreversible", scopes.literal(field.value) == "" else { return nil }
    return Problem(
      at: field.value.position, "\(step.label) is irreversible without a word", "say why: irreversible = \"the reason\""
    )
  }

  private func lacks(_ step: Step, _ scopes: Scopes) -> [Problem] {
    let count = step.call.arguments.count
    let least = step.word == .before || step.word == .after ? 3 : 2
    // Through pcall there is one more.
    guard step.body == nil, scopes.path(of: step.call)?.global != "pcall", count < least else { return [] }
    return [
      Problem(at: step.call.position, "\(step.label) lacks its function", "write function() … end as the last argument")
    ]
  }

  /// The type of a value, where it stands in the text.
  private func kind(of expression: Expression, _ scopes: Scopes) -> String? {
    switch expression.bare {
    case .function: return "function"
    case .table: return "table"
    default: return scopes.literal(expression)?.kind
    }
  }
}
