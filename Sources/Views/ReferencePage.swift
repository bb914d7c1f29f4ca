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
        let need =
          parameter.isRequired ? "required" : parameter.defaultText.map { "default \($0)" } ?? "optional"
        lines.append(
          "  \(parameter.name) (\(parameter.typeName); \(need)\(parameter.isBare ? "; may stand bare" : ""))")
        lines.append(parameter.doc.wrapped(indent: 4))
      }
    }
    return lines + ["", "Answers: \(type.answers.wrapped())", "", "Example:", "  \(type.example)"]
  }

  private static func kind(_ type: any Primitive.Type) -> String { type is any Effect.Type ? "effect" : "query" }
}
