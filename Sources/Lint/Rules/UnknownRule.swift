/// Found where comments are read.
struct UnknownRule: Rule {
  let name = "unknown-rule"
  let summary = "A comment `\(Allowance.form)` names no rule of this list."

  func problems(in script: Script) -> [Problem] { [] }
}
