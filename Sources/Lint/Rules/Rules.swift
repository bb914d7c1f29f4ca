/// All rules, in the order of their list.
enum Rules {
  static let all: [any Rule] = [
    SyntaxRule(), UnknownRule(),
    UnknownGlobal(), GlobalAssignment(), UnusedLocal(), UnknownMember(), UnknownModule(),
    UnknownPrimitive(), UnknownArgument(), MissingArgument(), WrongArgument(), NewerThanAPI(),
    RunbookHeader(), UnknownParameter(), UnusedParameter(), SiteValues(),
    StepName(), DuplicateStep(), StepOptionsRule(), NestedStep(), OutsideStep(), EffectInCheck(), Irreversible(),
    StaleFact(), DuplicateCheckpoint(),
    UnknownRunbook(), UnknownStep(), MissingRun(),
    KubernetesObject(),
  ]

  static let names = all.map(\.name)
}
