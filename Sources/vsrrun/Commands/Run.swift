import ArgumentParser
import Engine
import Host
import Journal
import Values

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run a runbook; shows the plan first and asks.")

  @OptionGroup var runbook: RunbookOptions
  @OptionGroup var site: SiteOptions
  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "Neither make a plan nor ask.") var yes = false
  @Flag(help: "Go on without the terminal: the run ends in the background. Implies that it does not ask.") var detach =
    false
  @Option(help: "What to do when a step fails.") var onFailure: OnFailure = .stop
  @Option(
    help: ArgumentHelp(
      "Compare the effects with the plan in this file (of plan --output jsonl), and report what it did not foresee.",
      valueName: "file"))
  var plan: String?

  @MainActor func run() async throws {
    let scripts = try runbook.load(site)
    let given = try site.given(scripts)
    let session = try Session(machine, state: state.directory, command: "run", output: output, yes: yes || detach)
    try Self.refuseBeside(session)
    if detach {
      session.release()
      return try Detached.start()
    }

    var prediction = try plan.map { try PlanFile.read($0) }
    if !yes {
      prediction = try await planAndAsk(scripts, given, session.machine) ?? prediction
    }
    session.engine.until = runbook.until
    session.engine.prediction = prediction
    let end = await session.engine.run(scripts, given: given) { try session.makeLog(scripts, $0) }
    try await session.conclude(end, scripts, onFailure, output)
  }

  private static func refuseBeside(_ session: Session) throws {
    guard let other = try session.catalog().unfinished else { return }
    throw BusyError(beside: other)
  }

  /// Shows what would change and asks; nil where there is nothing to compare with.
  @MainActor private func planAndAsk(
    _ scripts: ScriptSet, _ given: [(name: String, value: GivenValue)], _ machine: OpenMachine
  ) async throws -> Prediction? {
    let plan = try await PlanOnModel.run(
      scripts, given: given, on: machine, until: runbook.until, isPlan: true,
      observer: output.planObserver())
    switch plan.end.error {
    case nil, RunError.planEnds?: break
    case RunError.wrong(let text)?: throw RunError.wrong(text)
    case let error?: Console.progress("the run would stop: \(Failure.text(error))")
    }
    if !plan.hasChanges, plan.end.error == nil {
      Console.progress("nothing would change")
      return Prediction(plan.entries)
    }
    guard let answer = try Console.confirm("Go on with it on \(machine.host.name)?") else {
      throw UsageError("there is no terminal to ask on; give --yes to run without a plan and a question")
    }
    guard answer else { throw UsageError("not run") }
    return Prediction(plan.entries)
  }
}

extension Session {
  /// Rolls back where that was asked for, and ends with the code that says what came of the run.
  @MainActor func conclude(_ end: RunEnd, _ scripts: ScriptSet, _ onFailure: OnFailure, _ output: OutputOptions)
    async throws
  {
    guard let error = end.error, onFailure == .rollback,
      Failure.code(error) == .failed || Failure.code(error) == .wrongInput,
      let ledger = end.ledger
    else { return try finish(end, output) }
    Console.error(Failure.text(error))
    try await waitForLeftBehind(ledger.log.run)
    let back = await engine.rollback(scripts, ledger)
    try finish(back, output, ok: .failedAndRolledBack, cause: error)
  }
}
