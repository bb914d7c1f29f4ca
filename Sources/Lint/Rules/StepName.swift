import Values

struct StepName: Rule {
  let name = "step-name"
  let summary = "The name of a step or checkpoint is computed, or is not of lower-case words, digits and hyphens."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest else { return [] }
    let steps = script.steps.compactMap { step in
      step.nameExpression.flatMap { Self.problem($0, "step", script.scopes) }
    }
    let checkpoints = script.calls.filter { $0.global == "checkpoint" }.compactMap { call in
      call.arguments.first.flatMap { Self.problem($0, "checkpoint", script.scopes) }
    }
    return steps + checkpoints
  }

  private static func problem(_ expression: Expression, _ what: String, _ scopes: Scopes) -> Problem? {
    guard let value = scopes.literal(expression) else {
      return Problem(
        at: expression.position, "the name of this \(what) is computed",
        "the journal knows a \(what) by its name alone: write a text that stays the same in every run")
    }
    guard let name = value.string else {
      return Problem(
        at: expression.position, "the name of a \(what) is a text, got \(value.shortText)", "write \"name\"")
    }
    guard !isStable(name) else { return nil }
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
    return Problem(
      at: expression.position, "the name \(value.shortText) of a \(what) is not of lower-case words with hyphens",
      words.isEmpty ? "write it as in \"swap-off\"" : "write \"\(words)\"")
  }

  private static func isStable(_ name: String) -> Bool {
    name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty
        && word.allSatisfy {
          Lexer.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        }
    }
  }
}
