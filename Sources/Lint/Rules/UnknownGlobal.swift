import Lua

struct UnknownGlobal: Rule {
  let name = "unknown-global"
  let summary = "A name is no local, no word of the language and no namespace of primitives."

  func problems(in script: Script) -> [Problem] {
    let known = script.globals
    let unknown = script.scopes.globalReads.map(\.name).filter { !known.contains($0.text) }
    // What is misspelt may be a local just as well.
    let locals = unknown.isEmpty ? [] : script.scopes.variables.map(\.name).filter { $0.utf8.count > 2 }
    let words = known.union(locals)
    var advice: [String: Problem] = [:]
    return unknown.map { name in
      var problem = advice[name.text] ?? problem(name, words, isTest: script.isTest)
      problem.position = name.position
      advice[name.text] = problem
      return problem
    }
  }

  private func problem(_ name: Name, _ words: Set<String>, isTest: Bool) -> Problem {
    let text = name.text
    guard isTest || !Language.testWords.contains(text) else {
      return Problem(at: name.position, "'\(text)' is a word of tests", "name the file …_test.lua")
    }
    return Problem(
      at: name.position, "unknown global '\(text)'", meant: text, among: words, otherwise: "declare it: local \(text)")
  }
}

extension Script {
  var isTest: Bool { kind == .test }

  /// The names of all that a file finds in its global environment.
  var globals: Set<String> {
    Set(Language.lua + Language.words + shelf.verbs.keys + (isTest ? Language.testWords : []))
  }
}
