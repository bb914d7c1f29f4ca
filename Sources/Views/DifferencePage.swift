public import Engine
import Values

/// What is different between two versions of a runbook, for people.
public enum DifferencePage {
  public static func lines(_ difference: RunbookDifference) -> [String] {
    let (before, after) = (difference.before, difference.after)
    var lines = ["\(before.name) \(before.version) → \(after.name) \(after.version)"]
    if difference.isEmpty { return lines + ["no difference"] }
    if !difference.parameters.isEmpty { lines.append("parameters:") }
    lines += difference.parameters.map { name, change in
      let (old, new) = (parameter(name, before), parameter(name, after))
      let text =
        switch change {
        case .added: new
        case .removed: old
        case .changed: old == new ? "its documentation" : "\(old) → \(new)"
        }
      return "  \(sign(change)) \(name)  \(text)"
    }
    lines += list("steps:", difference.steps) + list("modules:", difference.modules)
    return lines.map(Printable.line)
  }

  private static func list(_ title: String, _ items: [(name: String, change: RunbookDifference.Change)]) -> [String] {
    items.isEmpty ? [] : [title] + items.map { "  \(sign($0.change)) \($0.name)" }
  }

  private static func parameter(_ name: String, _ runbook: Runbook) -> String {
    guard let parameter = runbook.parameters.first(where: { $0.name == name }) else { return "" }
    return "\(ParameterForm.text(parameter)); \(ParameterForm.need(parameter))"
  }

  private static func sign(_ change: RunbookDifference.Change) -> String {
    switch change {
    case .added: "+"
    case .removed: "-"
    case .changed: "~"
    }
  }
}
