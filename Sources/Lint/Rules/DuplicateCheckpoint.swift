struct DuplicateCheckpoint: Rule {
  let name = "duplicate-checkpoint"
  let summary = "Two checkpoints have one name, or a checkpoint stands in a loop."

  func problems(in script: Script) -> [Problem] {
    guard !script.isTest else { return [] }
    var problems: [Problem] = []
    var known: [String: [Script.NamedCall]] = [:]
    for call in script.calls where call.global == "checkpoint" {
      guard let argument = call.arguments.first, let name = script.scopes.literal(argument)?.string else { continue }
      if let other = known[name]?.first(where: { !$0.call.excludes(call.call) }) {
        problems.append(
          Problem(
            at: argument.position, "the checkpoint '\(name)' stands twice, in line \(other.position.line) too",
            "give it another name: a rollback returns to it by its name"))
      } else if call.call.isInLoop {
        problems.append(
          Problem(
            at: argument.position, "the checkpoint '\(name)' stands in a loop, and would stand twice",
            "put it behind the loop"))
      }
      known[name, default: []].append(call)
    }
    return problems
  }
}
