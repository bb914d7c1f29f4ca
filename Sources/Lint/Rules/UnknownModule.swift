struct UnknownModule: Rule {
  let name = "unknown-module"
  let summary = "`require` names a module that is neither the site's nor a shipped one."

  func problems(in script: Script) -> [Problem] {
    script.calls.compactMap { call in
      guard call.global == "require", let argument = call.arguments.first,
        let name = script.scopes.literal(argument)?.string, !script.shelf.surroundings.modules.contains(name)
      else { return nil }
      let path = name.split(separator: ".").joined(separator: "/")
      return Problem(
        at: argument.position, "there is no module '\(name)'", meant: name, among: script.shelf.surroundings.modules,
        otherwise: "a site's module is the file lib/\(path).lua")
    }
  }
}
