public import Primitives

/// The reference documentation of primitives, from their own definitions.
public enum ReferencePage {
  public static func index(_ types: [any Primitive.Type]) -> [String] {
    TextTable.aligned(types.map { [$0.name, kind($0), $0.summary] })
  }

  public static func lines(_ type: any Primitive.Type) -> [String] {
    var lines = ["\(type.name) (\(kind(type)), since API \(type.since))", "", wrap(type.summary)]
    if !type.details.isEmpty { lines += ["", wrap(type.details)] }
    let parameters = Signature(type).parameters
    if !parameters.isEmpty {
      lines += ["", "Arguments:"]
      for parameter in parameters {
        let need =
          parameter.isRequired ? "required" : parameter.defaultText.map { "default \($0)" } ?? "optional"
        lines.append(
          "  \(parameter.name) (\(parameter.typeName); \(need)\(parameter.isBare ? "; may stand bare" : ""))")
        lines.append(wrap(parameter.doc, indent: 4))
      }
    }
    return lines + ["", "Answers: \(wrap(type.answers))", "", "Example:", "  \(type.example)"]
  }

  private static func kind(_ type: any Primitive.Type) -> String { type is any Effect.Type ? "effect" : "query" }

  private static func wrap(_ text: String, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = margin
    for word in text.split(separator: " ") {
      if line.count + word.count >= 100, line != margin {
        lines.append(line)
        line = margin
      }
      line += (line == margin ? "" : " ") + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
