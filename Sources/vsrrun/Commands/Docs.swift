import ArgumentParser
import Engine
import Primitives
import Values
import Views

struct Docs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Explain a primitive or a runbook, or list all primitives.")
  @ArgumentParser.Argument(help: "A primitive such as sysfs.write, a namespace such as sysfs, or a runbook.") var name:
    String?
  @Option(help: ArgumentHelp("The site's directory, for its runbooks.", valueName: "dir")) var site: String?

  @MainActor func run() async throws {
    let registry = Registry.standard
    guard let name else { return ReferencePage.index(registry.all).forEach(Console.output) }
    if let primitive = registry[name] { return ReferencePage.lines(primitive).forEach(Console.output) }
    let members = registry.all.filter { $0.namespace == name }
    guard members.isEmpty else { return ReferencePage.index(members).forEach(Console.output) }
    let loader = ScriptLoader(site: try site.map(Site.init))
    if try loader.has(name) {
      return RunbookPage.lines(try Runbook(headerOf: loader.load(name))).forEach(Console.output)
    }
    let names = registry.names + Set(registry.all.map { $0.namespace })
    throw UsageError(
      "there is no primitive and no runbook '\(name)'"
        + (Suggestion.closest(to: name, in: names).map { "; did you mean '\($0)'?" } ?? "; `vsrrun docs` lists them"))
  }
}
