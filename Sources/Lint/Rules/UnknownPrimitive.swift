struct UnknownPrimitive: Rule {
  let name = "unknown-primitive"
  let summary = "A namespace has no primitive of this name."

  func problems(in script: Script) -> [Problem] {
    script.scopes.chains.compactMap { use in
      guard let name = use.chain.name, name.variable == nil, let verbs = script.shelf.verbs[name.text],
        let member = use.chain.members.first, !verbs.contains(member.name)
      else { return nil }
      let names = script.shelf.surroundings.registry.names
      return Problem(
        at: name.position, "there is no primitive '\(name.text).\(member.name)'", meant: "\(name.text).\(member.name)",
        among: names, otherwise: "there are \(verbs.map { "\(name.text).\($0)" }.joined(separator: ", "))")
    }
  }
}
