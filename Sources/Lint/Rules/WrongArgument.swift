struct WrongArgument: Rule {
  let name = "wrong-argument"
  let summary = "A value that stands in the text does not fit the argument of a primitive."

  func problems(in script: Script) -> [Problem] { script.argumentProblems.of(.wrong) }
}
