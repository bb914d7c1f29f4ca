import ArgumentParser
import Engine
import Host

struct Plan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a runbook would change; changes nothing.",
    discussion:
      "The whole runbook is run on a model laid over this machine, so that later steps see what earlier ones would have changed."
  )

  @OptionGroup var runbook: RunbookOptions
  @OptionGroup var site: SiteOptions
  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions
  @Flag(help: "End with 2 if there are changes.") var detailedExitcode = false

  @MainActor func run() async throws {
    let scripts = try runbook.load(site)
    let open = try machine.open()
    if let text = try Standing.text(of: scripts, on: open, state: state.directory) { Console.progress(text) }
    let plan = try await PlanOnModel.run(
      scripts, given: try site.given(scripts), on: open, until: runbook.until, isPlan: true,
      observer: output.planObserver())
    output.finish(plan.end)
    switch plan.end.error {
    case nil: break
    case RunError.planEnds?: Console.progress("\(Failure.text(plan.end.error ?? RunError.until))")
    case let error?:
      Console.progress("the run would stop here: \(Failure.text(error))")
      throw Failure.code(error).error
    }
    if detailedExitcode, plan.hasChanges { throw Failure.Code.changes.error }
  }
}
