import ArgumentParser
import Engine
import Glibc
import Values
import Views

enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json, jsonl }
enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

struct OutputOptions: ParsableArguments {
  @Option(
    help:
      "What goes to standard output: nothing (text: progress goes to standard error), one JSON document, or events as JSON lines."
  )
  var output: OutputFormat = .text

  @Option(help: "Colours in progress and texts (also NO_COLOR).")
  var color: ColorChoice = .auto

  @Flag(name: .shortAndLong, help: "Show effects that held, too.")
  var verbose = false

  var style: Style {
    switch color {
    case .always: Style(isColored: true)
    case .never: Style(isColored: false)
    case .auto: Style(isColored: isatty(STDERR_FILENO) == 1 && getenv("NO_COLOR") == nil)
    }
  }

  /// Shows events as they come: progress for people, lines for programs.
  func observer() -> (Event) -> Void {
    if output == .jsonl { return { Console.output($0.value.json) } }
    let view = ProgressView(style: style, isVerbose: verbose, write: Console.progress)
    return view.show
  }

  /// Shows people what is waited for: on standard error, whatever goes to standard output.
  func tell() -> (String) -> Void {
    let style = style
    return { Console.progress(ProgressView.waiting($0, style)) }
  }

  /// The same for a plan, in which nothing happens.
  func planObserver() -> (Event) -> Void {
    if output == .jsonl { return observer() }
    return PlanView(style: style, isVerbose: verbose, write: Console.progress).show
  }

  /// Writes the one document of `--output json`: how the run ended.
  ///
  /// - Parameter cause: the failure after which it was rolled back.
  func finish(_ end: RunEnd, cause: (any Error)? = nil) {
    guard output == .json else { return }
    let error: Value = (cause ?? end.error).map { .string("\($0)") } ?? nil
    guard let ledger = end.ledger else { return Console.output((["run": nil, "error": error] as Value).json) }
    let counts = ledger.history.counts
    Console.output(
      ([
        "run": .string(ledger.log.run), "runbook": .string(ledger.history.runbook),
        "status": .string(ledger.history.status.word), "changed": .integer(counts.changed),
        "held": .integer(counts.held),
        "failed": .integer(counts.failed), "error": error,
        "left": .array(
          end.leftovers.map { ["step": .string($0.step), "what": .string($0.what), "why": .string($0.why)] }),
      ] as Value).json)
  }
}
