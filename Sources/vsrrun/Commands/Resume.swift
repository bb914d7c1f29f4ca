import ArgumentParser
import Engine
import Glibc
import Host

struct Resume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with a run after a failure, an interrupt or a reboot.")

  @Argument(help: "The run (default: the newest that is unfinished).") var run: String?
  @OptionGroup var site: SiteOptions
  @OptionGroup var machine: MachineOptions
  @OptionGroup var state: StateOptions
  @OptionGroup var output: OutputOptions
  @Option(help: ArgumentHelp("Stop after this step, phase or checkpoint; the run can be resumed.", valueName: "name"))
  var until: String?
  @Option(help: "What to do when a step fails.") var onFailure: OnFailure = .stop
  @Flag(help: "Take the runbook, the modules and the parameters as they are now, instead of the run's own copies.")
  var acceptChanges = false
  @Flag(help: "Never ask.") var yes = false
  @Flag(help: "Only what a reboot or a power cut interrupted; for the unit that does it at boot.") var afterBoot = false

  @MainActor func run() async throws {
    let session = try Session(machine, state: state.directory, command: "resume", output: output, yes: yes)
    let catalog = try session.catalog()
    guard let listed = try choose(catalog, bootID: session.machine.host.bootID) else {
      if afterBoot { return }
      throw UsageError("there is no unfinished run of this machine; `vsrrun runs` lists all")
    }
    if let unfinished = catalog.unfinished, unfinished.run != listed.run {
      throw BusyError(beside: unfinished)
    }
    guard acceptChanges || site.settings.isEmpty else {
      throw UsageError("a run goes on with the values that it was started with; --set takes hold with --accept-changes")
    }
    let originals = acceptChanges ? try site.loader().load(path(listed)) : nil
    let (copies, ledger) = try await session.open(listed)
    let scripts = originals ?? copies
    if let until, let problem = scripts.problem(withUntil: until) { throw UsageError(problem) }
    // A run that was cut off still stops where it was asked to; one that has come there goes on.
    session.engine.until = until ?? (listed.history.status.isUnfinished ? listed.history.until : nil)
    let end: RunEnd
    if let originals {
      end = await session.engine.resume(originals, ledger, accepting: try site.given(originals), insteadOf: copies)
    } else {
      reportDifferences(copies, listed)
      end = await session.engine.resume(copies, ledger)
    }
    try await session.conclude(end, scripts, onFailure, output)
  }

  private func choose(_ catalog: RunCatalog, bootID: String) throws -> RunCatalog.Listed? {
    if let run { return try catalog.find(run) }
    if afterBoot { return catalog.runs.first { $0.history.wasCutByReboot(now: bootID) } }
    if let unfinished = catalog.unfinished { return unfinished }
    return catalog.runs.first {
      if case .done(.some) = $0.history.status { return true }
      return false
    }
  }

  /// Where the runbook was read when the run began.
  private func path(_ listed: RunCatalog.Listed) -> String { listed.history.path ?? listed.history.runbook }

  /// The run goes on with its own copies and values; whoever has edited the originals should know.
  private func reportDifferences(_ copies: ScriptSet, _ listed: RunCatalog.Listed) {
    guard let originals = try? site.loader().load(path(listed)) else { return }
    // The site's modules are known to differ only where the site is given.
    let names =
      copies.differences(from: originals).filter { site.site != nil || !$0.hasPrefix("lib/") }
      + changedValues(copies, listed.history).map { "the site's \($0)" }
    guard !names.isEmpty else { return }
    Console.progress(
      "note: \(names.joined(separator: ", ")) changed since the run began; it goes on with what it began with (--accept-changes takes the new)"
    )
  }

  /// The parameters for which the site has other values than the run.
  private func changedValues(_ copies: ScriptSet, _ history: History) -> [String] {
    guard site.site != nil, let given = try? site.given(copies), let runbook = try? Runbook(headerOf: copies),
      let values = try? runbook.parameters(given)
    else { return [] }
    return given.map(\.name).filter { name in
      values[name] != history.parameters[name] && history.origins[name]?.string?.hasPrefix("--set") != true
    }
  }
}
