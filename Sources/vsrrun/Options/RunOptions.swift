import ArgumentParser
import Engine

struct RunbookOptions: ParsableArguments {
  @Argument(
    help: "A runbook: a path, or the name of one of the site's or of an installed one.",
    completion: Completions.runbooks)
  var runbook: String

  @Option(
    help: ArgumentHelp("Stop after this step, phase or checkpoint; the run can be resumed.", valueName: "name"),
    completion: Completions.places)
  var until: String?

  func load(_ site: SiteOptions) throws -> ScriptSet {
    let scripts = try site.loader().load(runbook)
    // Nothing may run to its end because the place to stop at was misspelt.
    if let until, let problem = scripts.problem(withUntil: until) { throw UsageError(problem) }
    return scripts
  }
}

enum OnFailure: String, ExpressibleByArgument, CaseIterable { case stop, rollback }
