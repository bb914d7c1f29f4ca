import Lua

struct GlobalAssignment: Rule {
  let name = "global-assignment"
  let summary = "An assignment would make a global, or replace a word of the language; both are refused at run time."

  func problems(in script: Script) -> [Problem] {
    let known = script.globals
    let globals = script.scopes.globalWrites.map { global in
      let (text, position) = (global.name.text, global.name.position)
      return known.contains(text)
        ? Problem(
          at: position, "'\(text)' belongs to the language and cannot be replaced",
          "take another name, and write local before it")
        : Problem(at: position, "'\(text)' would become a global", "write local before it")
    }
    let fields = script.scopes.fieldWrites.compactMap { chain -> Problem? in
      guard let name = chain.name, name.variable == nil,
        Language.members[name.text] != nil || script.shelf.verbs[name.text] != nil
      else { return nil }
      return Problem(at: chain.position, "'\(name.text)' cannot be changed", "put it into a table of your own")
    }
    return globals + fields
  }
}
