import ArgumentParser
import Engine
import Primitives
import Values
import Views

struct Docs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a primitive or a runbook, or list all primitives.",
    discussion:
      "With --directory it writes the whole reference: pages in Markdown, or definitions for editors (LuaCATS).")
  @ArgumentParser.Argument(
    help: "A primitive such as sysfs.write, a namespace such as sysfs, or a runbook.", completion: Completions.names)
  var name: String?
  @Option(
    help: ArgumentHelp("The site's directory, for its runbooks.", valueName: "dir"), completion: .directory)
  var site: String?
  @Option(help: "The form of the files that --directory gets.") var format = ReferenceFormat.markdown
  @Option(
    help: ArgumentHelp("Write the whole reference into this directory.", valueName: "dir"), completion: .directory)
  var directory: String?

  func validate() throws {
    if name != nil, directory != nil { throw ValidationError("--directory gets the whole reference: name nothing") }
  }

  @MainActor func run() async throws {
    if let directory { return try format.write(to: directory) }
    let registry = Registry.standard
    guard let name else { return ReferencePage.index(registry.all).forEach(Console.output) }
    if let primitive = registry[name] { return ReferencePage.lines(primitive).forEach(Console.output) }
    let members = registry.all.filter { $0.namespace == name }
    guard members.isEmpty else { return ReferencePage.index(members).forEach(Console.output) }
    let loader = try ScriptLoader(siteAt: site)
    if try loader.has(name) {
      return RunbookPage.lines(try Runbook(headerOf: loader.load(name))).forEach(Console.output)
    }
    throw UsageError(
      "there is no primitive and no runbook '\(name)'"
        + (Suggestion.closest(to: name, in: registry.names + registry.namespaces).map { "; did you mean '\($0)'?" }
          ?? "; `vsrrun docs` lists them"))
  }
}

/// What the reference documentation is written as.
enum ReferenceFormat: String, ExpressibleByArgument, CaseIterable {
  case markdown, luacats

  func write(to directory: String) throws {
    for file in try files() { try NewFile.write("\(directory)/\(file.name)", file.content) }
  }

  private func files() throws -> [ReferenceFile] {
    switch self {
    case .luacats: return LuaDefinitions.files(.standard)
    case .markdown:
      let loader = try ScriptLoader(siteAt: nil)
      let runbooks = try loader.installed().map { try Runbook(headerOf: loader.load($0)) }
      return ReferenceDocument.files(.standard, runbooks: runbooks)
    }
  }
}
