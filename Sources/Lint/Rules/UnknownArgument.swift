struct UnknownArgument: Rule {
  let name = "unknown-argument"
  let summary = "A primitive takes no argument of this name."

  func problems(in script: Script) -> [Problem] { script.argumentProblems.of(.unknown) }
}
