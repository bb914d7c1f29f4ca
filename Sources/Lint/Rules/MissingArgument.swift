struct MissingArgument: Rule {
  let name = "missing-argument"
  let summary = "A primitive is called without an argument that it needs."

  func problems(in script: Script) -> [Problem] { script.argumentProblems.of(.missing) }
}
