import Lua

struct UnknownMember: Rule {
  let name = "unknown-member"
  let summary = "A library of Lua, a module or `extends` has nothing of this name."

  func problems(in script: Script) -> [Problem] {
    script.scopes.chains.compactMap { use in
      if case .string = use.chain.base.bare, case .method(let name, _, let position) = use.chain.suffixes.first {
        return Self.problem(name, of: "string", Language.members["string"] ?? [], position)
      }
      guard let name = use.chain.name, let member = use.chain.members.first else { return nil }
      guard let variable = name.variable else {
        return Language.members[name.text].flatMap { Self.problem(member.name, of: name.text, $0, member.position) }
      }
      if script.extended?.variable == variable {
        return Self.problem(member.name, of: name.text, Extension.words, member.position)
      }
      guard let module = script.moduleName(of: variable), let exports = script.shelf.module(module)?.exports else {
        return nil
      }
      let own = script.scopes.variables[variable].changes.compactMap(\.field)
      return Self.problem(member.name, of: name.text, exports.union(own), member.position)
    }
  }

  private static func problem(
    _ name: String, of whole: String, _ known: some Collection<String>, _ position: Position
  ) -> Problem? {
    guard !known.contains(name) else { return nil }
    return Problem(
      at: position, "'\(whole)' has no '\(name)'", meant: name, among: known,
      otherwise: known.isEmpty ? "it has nothing" : "it has \(known.sorted().joined(separator: ", "))")
  }
}
