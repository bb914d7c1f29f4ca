public import Engine
import Values

/// Progress for people: a line for each step, one for each effect that did anything, and the summary.
public final class ProgressView {
  private let style: Style
  private let write: (String) -> Void
  /// Whether effects that held are shown too.
  private let isVerbose: Bool
  private var phase = ""
  private var lines: [String] = []
  /// What the site did to have the step there.
  private var origin = ""

  /// - Parameter write: gets each line, without its newline.
  public init(style: Style, isVerbose: Bool = false, write: @escaping (String) -> Void) {
    self.style = style
    self.isVerbose = isVerbose
    self.write = write
  }

  /// The line that says what is waited for.
  public static func waiting(_ text: String, _ style: Style) -> String { style.dim("      … \(Printable.text(text))") }

  public func show(_ event: Event) {
    let entry = Printable.entry(event.entry)
    func text(_ field: String) -> String { Printable.line(entry[field]?.string ?? "") }
    switch entry.kind {
    case .runStarted: write(style.bold(Printable.line(Sentence.of(entry))) + style.dim("  run \(event.run)"))
    case .stepStarted:
      if !text("phase").isEmpty, text("phase") != phase {
        phase = text("phase")
        write(style.bold(phase))
      }
      lines = []
      origin = StepOrigin.text(entry["origin"]?.string)
    case .effect: showEffect(entry)
    case .stepFinished: showStep(entry)
    case .note:
      // Further lines are told from those of this view by their margin.
      let lines = (entry["text"]?.string ?? "").split(separator: "\n", omittingEmptySubsequences: false)
      write("  ! \(lines.joined(separator: "\n    "))")
    case .checkpoint: write(style.dim("  ⚑ \(text("name"))"))
    case .runFinished: showEnd(entry)
    case .intent: break
    }
  }

  private func showEffect(_ entry: Entry) {
    let result = entry["result"]?.string ?? ""
    guard isVerbose || result != "held" else { return }
    let what = "\(entry["primitive"]?.string ?? "") \(entry["target"]?.string ?? "")"
    let line = Printable.line("      \(what)" + (change(entry).map { "  \($0)" } ?? ""))
    // An effect of a rollback stands for itself; others are shown under their step.
    if result == "undone" { write(style.dim(line)) } else { lines.append(style.dim(line)) }
  }

  private func change(_ entry: Entry) -> String? {
    switch entry["result"]?.string {
    case "changed", "undone":
      return Difference.of(entry["before"] ?? nil, entry["after"] ?? nil).map { "\($0)" }
    case "held": return nil
    default: return entry["error"]?.string
    }
  }

  private func showStep(_ entry: Entry) {
    let name = Printable.line(entry["step"]?.string ?? "") + origin
    origin = ""
    let padded = name + String(repeating: " ", count: max(0, 28 - name.count))
    switch entry["result"]?.string {
    case "changed": write("  \(style.green("✓")) \(padded) \(style.green("changed"))")
    case "undone": write("  \(style.yellow("↩")) \(padded) \(style.yellow("undone"))")
    case "failed": write("  \(style.red("✗")) \(padded) \(style.red("failed"))")
    case let result: write("  \(style.dim("·")) \(padded) \(style.dim(result ?? ""))")
    }
    lines.forEach(write)
    lines = []
  }

  private func showEnd(_ entry: Entry) {
    let sentence = Printable.head(Sentence.of(entry))
    switch entry["result"]?.string {
    case "done", "rolled-back": write(style.bold(sentence))
    case "failed": write(style.red(sentence))
    default: write(style.yellow(sentence))
    }
    for leftover in entry["left"]?.array ?? [] {
      func text(_ field: String) -> String { leftover[field]?.string ?? "" }
      write(Printable.line("  \(text("what")) (step \(text("step"))): \(text("why"))"))
    }
  }
}
