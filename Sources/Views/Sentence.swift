public import Engine
import Values

/// What happened, as one sentence: for the progress view, `vsrrun log` and journald.
public enum Sentence {
  public static func of(_ entry: Entry) -> String {
    let entry = Printable.entry(entry)
    func text(_ field: String) -> String { entry[field]?.string ?? "" }
    let step = text("step")
    switch entry.kind {
    case .runStarted:
      switch text("action") {
      case "resume": return "goes on with the run"
      case "rollback": return "rolls back to \(entry["to"]?.string.map { "the checkpoint \($0)" } ?? "the beginning")"
      case "boot": return "re-applies the boot steps"
      default: return "starts \(text("runbook")) \(text("version")) on \(text("host"))"
      }
    case .stepStarted: return "step \(step) begins"
    case .intent:
      return "\(text("primitive")) \(text("target")): about to \(entry["undo"] == true ? "take it back" : "change it")"
    case .effect:
      let what = "\(text("primitive")) \(text("target"))"
      switch text("result") {
      case "held": return "\(what): holds already"
      case "changed": return "\(what): changed"
      case "undone": return "\(what): taken back"
      case "unknown": return "\(what): unknown (\(text("error")))"
      default: return "\(what): failed: \(text("error"))"
      }
    case .stepFinished:
      switch text("result") {
      case "changed": return "step \(step) is done: it changed the machine"
      case "ok": return "step \(step) is done: everything held"
      case "skipped": return "step \(step) is done: its check holds"
      case "undone": return "step \(step) is taken back"
      default: return "step \(step) failed: \(text("error"))"
      }
    case .checkpoint: return "checkpoint \(text("name"))"
    case .note: return text("text")
    case .runFinished: return finished(entry)
    }
  }

  private static func finished(_ entry: Entry) -> String {
    func count(_ field: String) -> Int { entry[field]?.integer ?? 0 }
    let counts =
      "changed: \(count("changed")), held: \(count("held")), failed: \(count("failed")), steps: \(count("steps"))"
    switch entry["result"]?.string {
    case "done": return entry["until"]?.string.map { "done until \($0): \(counts)" } ?? "done: \(counts)"
    case "rolled-back":
      let left = entry["left"]?.array?.count ?? 0
      return left == 0 ? "rolled back" : "rolled back, but \(left) could not be taken back"
    case "rebooting": return "the machine reboots (\(entry["reason"]?.string ?? "")); the run goes on after it"
    case "interrupted" where entry["abandoned"] == true: return "abandoned"
    case "interrupted": return entry["reason"]?.string.map { "stopped: \($0)" } ?? "interrupted: \(counts)"
    default: return "failed: \(entry["error"]?.string ?? "")"
    }
  }
}
