import ArgumentParser
import Engine
import MachineModel

struct Test: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the tests of runbooks and modules, *_test.lua files, on machines in memory.",
    discussion: """
      A test file has the words describe(NAME, FUNCTION) and it(NAME, FUNCTION). In them, `require` finds the site's and the shipped \
      modules, and

        local run = rehearse { runbook = "install-single-node", machine = "reference" }

      answers what a runbook does on a machine: result, error, effects, steps, objects, events, notes, changed, held, failed, left. \
      Its fields: machine (a path from the test file, the name of a shipped machine, a table of a machine file's fields over `like`, or \
      another rehearsal, to go on with its machine), params, faults (as --fault), ["until"], resume = true (goes on after a failure, \
      without the faults), rollback = true or a checkpoint; step = FUNCTION in the place of runbook runs a function as a step: its \
      value is in run.value. run.step(NAME), run.effect { … }, run.object(KIND, NAME) and run.look(FUNCTION) find what is asked for \
      most. An effect has step, primitive, target, result, before, after, arguments, error, source; an object is as it is written in \
      YAML: { kind = "ConfigMap", metadata = { name = "sriovdp-config" } }.

      expect(VALUE) has .equals(X), .matches(PATTERN), .contains(X), .fails(TEXT), .matches_snapshot(NAME), and for a rehearsal \
      .ends(RESULT, TEXT), .has_effect { … }, .has_object { … }, .has_event { … }; expect(VALUE).never has the opposites.

      The result is told in the Test Anything Protocol. Exit codes: 0 all passed, 1 some failed, 65 a file is wrong.
      """)

  @ArgumentParser.Argument(
    help: ArgumentHelp(
      "Test files, or directories to look for them in; default: the site's, or this one.", valueName: "path"),
    completion: .file(extensions: ["lua"]))
  var paths: [String] = []
  @Option(
    help: ArgumentHelp("The site's directory; default: the one above a test with a site.yaml.", valueName: "dir"),
    completion: .directory)
  var site: String?
  @Flag(help: "Write the snapshots as they are now.") var update = false
  @Option(help: ArgumentHelp("Only the tests with this text in their names.", valueName: "text")) var filter: String?

  @MainActor func run() async throws {
    let site = try site.map(Site.init)
    let machines = MachineShelf(shipped: try Installation.find().machines)
    var tap = TAP(Console.output)
    var isWrong = false
    for path in try TestFinder().find(paths.isEmpty ? [site?.directory ?? "."] : paths) {
      tap.comment(path)
      do {
        let loader = try site.map { ScriptLoader(site: $0) } ?? ScriptLoader(siteAt: Site.directory(around: path))
        try await run(TestFile(path, loader, machines, isUpdate: update, print: tap.comment), &tap)
      } catch {
        tap.tell(path, problem: "\(error)")
        isWrong = true
      }
    }
    tap.plan()
    if isWrong { throw Failure.Code.wrongInput.error }
    guard tap.passed + tap.failed > 0 else { throw UsageError("no test has '\(filter ?? "")' in its name (--filter)") }
    Console.progress("\(tap.passed) passed, \(tap.failed) failed")
    if tap.failed > 0 { throw Failure.Code.failed.error }
  }

  @MainActor private func run(_ file: TestFile, _ tap: inout TAP) async throws {
    if let problem = await file.load() { throw TestError(problem) }
    let failed = tap.failed
    for test in file.tests where filter.map(test.name.contains) ?? true {
      tap.tell(test.name, problem: await file.run(test))
    }
    // Where a test did not come to its end, what it asks for is not known.
    let isWhole = filter == nil && tap.failed == failed
    if update {
      try file.storeSnapshots(dropsUnused: isWhole)
    } else if isWhole {
      for name in file.snapshots.unused { tap.comment("no test uses the snapshot '\(name)' any more") }
    }
  }
}
