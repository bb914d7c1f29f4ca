import ArgumentParser
import Engine
import Values
import Views

struct Diff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is different between two versions of a runbook: parameters, steps, modules.",
    discussion: "Each is named as for run: NAME@VERSION, NAME, or a path.")

  @ArgumentParser.Argument(help: ArgumentHelp("The one to begin with.", valueName: "a")) var old: String
  @ArgumentParser.Argument(help: ArgumentHelp("The other.", valueName: "b")) var new: String
  @Option(help: ArgumentHelp("The site's directory, for its runbooks and modules.", valueName: "dir")) var site: String?
  @OptionGroup var output: OutputOptions

  @MainActor func run() async throws {
    let loader = try ScriptLoader(siteAt: site)
    let difference = try RunbookDifference(from: loader.load(old), to: loader.load(new))
    switch output.output {
    case .text: DifferencePage.lines(difference).forEach(Console.output)
    case .json, .jsonl: Console.output(difference.value.json)
    }
  }
}
