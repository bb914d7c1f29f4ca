/// Found by the parser, and by Lua's own compiler, before any other rule looks.
struct SyntaxRule: Rule {
  let name = "syntax"
  let summary = "The file is no Lua 5.4; nothing else is looked at until it is."

  func problems(in script: Script) -> [Problem] { [] }
}
