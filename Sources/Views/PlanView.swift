public import Engine
import Values

/// A plan for people: for each step what would change, what is unknown, and why a run would stop.
public final class PlanView {
  private let style: Style
  private let write: (String) -> Void
  private let isVerbose: Bool
  private var phase = ""
  /// What the site did to have the step there.
  private var origin = ""
  private var effects: [String] = []
  private var changes = 0
  private var unknowns = 0

  /// - Parameter write: gets each line, without its newline.
  public init(style: Style, isVerbose: Bool = false, write: @escaping (String) -> Void) {
    self.style = style
    self.isVerbose = isVerbose
    self.write = write
  }

  public func show(_ event: Event) {
    let entry = Printable.entry(event.entry)
    func text(_ field: String) -> String { Printable.line(entry[field]?.string ?? "") }
    switch entry.kind {
    case .runStarted where text("action") == "run":
      write(style.bold("plan of \(text("runbook")) \(text("version")) on \(text("host"))"))
    case .stepStarted:
      if text("phase") != phase {
        phase = text("phase")
        write(style.bold(phase))
      }
      effects = []
      origin = StepOrigin.text(entry["origin"]?.string)
    case .effect: showEffect(entry)
    case .stepFinished:
      let doc =
        text("result") == "failed"
        ? style.red("would fail: \(Printable.head(entry["error"]?.string ?? ""))")
        : effects.isEmpty ? style.dim("holds") : ""
      write("  \(text("step"))\(style.yellow(origin))\(doc.isEmpty ? "" : "  ")\(doc)")
      effects.forEach(write)
      effects = []
    case .note: write("  ! \(text("text"))")
    case .runFinished where text("result") == "rebooting":
      write(style.yellow("  the machine would reboot here: \(text("reason"))"))
    case .runFinished: write(style.bold("\(changes) would change, \(unknowns) unknown"))
    default: break
    }
  }

  private func showEffect(_ entry: Entry) {
    let what = Printable.line("\(entry["primitive"]?.string ?? "") \(entry["target"]?.string ?? "")")
    let error = Printable.line(entry["error"]?.string ?? "")
    let change = Printable.line(
      Difference.of(entry["before"] ?? nil, entry["after"] ?? nil).map { "  \($0)" } ?? "")
    switch entry["result"]?.string {
    case "changed":
      changes += 1
      effects.append("    \(style.green("~")) \(what)\(style.dim(change))")
    case "unknown":
      unknowns += 1
      effects.append("    \(style.yellow("?")) \(what)  unknown: \(error)")
    case "failed": effects.append("    \(style.red("✗")) \(what)  \(error)")
    default: if isVerbose { effects.append(style.dim("    = \(what)")) }
    }
  }
}
