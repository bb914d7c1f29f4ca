import ArgumentParser
import Primitives
import Values
import Views

struct Docs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Explain a primitive, or list them all.")
  @ArgumentParser.Argument(help: "A primitive such as sysfs.write, or a namespace such as sysfs.") var name: String?

  @MainActor func run() async throws {
    let registry = Registry.standard
    guard let name else { return ReferencePage.index(registry.all).forEach(Console.output) }
    if let primitive = registry[name] { return ReferencePage.lines(primitive).forEach(Console.output) }
    let members = registry.all.filter { $0.namespace == name }
    guard members.isEmpty else { return ReferencePage.index(members).forEach(Console.output) }
    let names = registry.names + Set(registry.all.map { $0.namespace })
    throw UsageError(
      "there is no primitive '\(name)'"
        + (Suggestion.closest(to: name, in: names).map { "; did you mean '\($0)'?" } ?? "; `vsrrun docs` lists them"))
  }
}
