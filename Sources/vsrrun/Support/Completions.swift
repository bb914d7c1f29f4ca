import ArgumentParser
import Engine
import Primitives

/// What the shell offers for words of a command line, beyond the names of commands and options.
///
/// Whatever goes wrong while it looks, it offers nothing: nobody asked for an error text.
enum Completions {
  /// Runbooks by name, the site's and the installed ones.
  static let runbooks = CompletionKind.custom { words, _, _ in runbooks(words) }

  /// What `docs` explains.
  static let names = CompletionKind.custom { words, _, _ in
    let registry = Registry.standard
    return registry.names + registry.namespaces + runbooks(words)
  }

  /// Steps and phases of the runbook that stands on the command line.
  static let places = CompletionKind.custom { words, _, _ in
    (try? scripts(words))?.places ?? []
  }

  /// Parameters of the runbook that stands on the command line.
  static let settings = CompletionKind.custom { words, _, _ in
    guard let scripts = try? scripts(words), let runbook = try? Runbook(headerOf: scripts) else { return [] }
    return runbook.parameters.map { "\($0.name)=" }
  }

  static let machines = CompletionKind.file(extensions: ["yaml", "yml"])

  private static func runbooks(_ words: [String]) -> [String] { (try? loader(words).installed()) ?? [] }

  private static func loader(_ words: [String]) throws -> ScriptLoader {
    let site = words.firstIndex(of: "--site").flatMap { words.dropFirst($0 + 1).first }
    return try ScriptLoader(siteAt: site)
  }

  private static func scripts(_ words: [String]) throws -> ScriptSet? {
    let loader = try loader(words)
    let names = words.dropFirst().filter { !$0.hasPrefix("-") }
    return try names.first(where: loader.has).map { try loader.load($0) }
  }
}
