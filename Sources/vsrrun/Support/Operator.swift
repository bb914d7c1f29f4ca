import Engine
import Glibc
import Primitives
import Values

/// Asks the person at the terminal.
struct Operator {
  /// Whether questions are left to their defaults (`--yes`).
  var isSpared: Bool

  /// The answer; nil where it is left to the question's default.
  func answer(_ question: Question) throws -> Value? {
    if isSpared { return nil }
    guard let terminal = Terminal() else {
      throw RunError.unanswered(
        "the question '\(question.text)' has to be asked, and there is no terminal; resume the run at one, or with --yes to take the default"
      )
    }
    for _ in 0..<10 {
      guard let line = try terminal.line("\(question.text) [\(choices(question))] ") else { break }
      if let answer = Self.answer(line, question) { return answer }
    }
    throw RunError.unanswered("the question '\(question.text)' was asked, and not answered")
  }

  private func choices(_ question: Question) -> String {
    switch question.fallback {
    case .string(let text)?: text
    case true?: "Y/n"
    case false?: "y/N"
    default: question.isText ? "no default" : "y/n"
    }
  }

  /// What a typed line means; nil for what is no answer to this question.
  private static func answer(_ line: [UInt8], _ question: Question) -> Value? {
    if line.isEmpty { return question.fallback }
    if question.isText { return .string(String(decoding: line, as: UTF8.self)) }
    switch String(decoding: line, as: UTF8.self).lowercased() {
    case "y", "yes": return true
    case "n", "no": return false
    default: return nil
    }
  }
}
