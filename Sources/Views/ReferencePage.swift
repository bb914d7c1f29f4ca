public import Primitives

/// The reference documentation of primitives, from their own definitions.
public enum ReferencePage {
  public static func index(_ types: [any Primitive.Type]) -> [String] {
    TextTable.aligned(types.map { [$0.name, kind($0), $0.summary] })
  }

  public static func lines(_ type: any Primitive.Type) -> [String] {
    var lines = ["\(type.name) (\(kind(type)), since API \(type.since))", "", type.summary.wrapped()]
    if !type.details.isEmpty { lines += ["", type.details.wrapped()] }
    let parameters = Signature(type).parameters
    if !parameters.isEmpty {
      lines += ["", "Arguments:"]
      for parameter in parameters {
        lines.append("  \(parameter.name) (\(parameter.typeName); \(need(parameter)))")
        lines.append(parameter.doc.wrapped(indent: 4))
      }
    }
    lines += ["", "Answers: \(type.answers)".wrapped()]
    if let undo = undo(type) { lines += ["", "Undo: \(undo)".wrapped()] }
    if !type.errors.isEmpty { lines += ["", "Errors: \(type.errors)".wrapped()] }
    return lines + ["", "Example:", "  \(type.example)"]
  }

  /// Whether it has to be given, and what stands where it is not.
  ///
  /// - Parameter code: marks the default as code.
  static func need(_ parameter: Signature.Parameter, code: (String) -> String = { $0 }) -> String {
    (parameter.isRequired ? "required" : parameter.defaultText.map { "default \(code($0))" } ?? "optional")
      + (parameter.isBare ? "; may stand bare" : "")
  }

  /// What an undo does, and when; nil for a query.
  static func undo(_ type: any Primitive.Type) -> String? {
    guard let effect = type as? any Effect.Type else { return nil }
    var sentences = [effect.undoing]
    if effect.undoOrder == .last { sentences.append("It comes after everything else was undone.") }
    if effect.needsReboot { sentences.append("It takes hold at the next boot, for which the rollback asks.") }
    return sentences.joined(separator: " ")
  }

  static func kind(_ type: any Primitive.Type) -> String { type is any Effect.Type ? "effect" : "query" }
}
