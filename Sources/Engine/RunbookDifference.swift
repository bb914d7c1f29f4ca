public import Values

/// What is different between two versions of a runbook: their parameters, their steps and their modules.
public struct RunbookDifference: Sendable {
  public enum Change: String, Sendable { case added, removed, changed }

  public var before: Runbook
  public var after: Runbook
  public var parameters: [(name: String, change: Change)] = []
  public var steps: [(name: String, change: Change)] = []
  public var modules: [(name: String, change: Change)] = []

  public init(from old: ScriptSet, to new: ScriptSet) throws {
    before = try Runbook(headerOf: old)
    after = try Runbook(headerOf: new)
    func values(_ runbook: Runbook) -> [String: Parameter] {
      Dictionary(runbook.parameters.map { ($0.name, $0) }) { $1 }
    }
    parameters = Self.compare(values(before), values(after))
    steps = Self.compare(old.stepTexts, new.stepTexts)
    modules = Self.compare(old.moduleTexts, new.moduleTexts)
  }

  public var isEmpty: Bool { parameters.isEmpty && steps.isEmpty && modules.isEmpty && before == after }

  private static func compare<Item: Equatable>(_ old: [String: Item], _ new: [String: Item])
    -> [(name: String, change: Change)]
  {
    Set(old.keys).union(new.keys).sorted().compactMap { name in
      switch (old[name], new[name]) {
      case (nil, _): (name, .added)
      case (_, nil): (name, .removed)
      case (let a?, let b?): a == b ? nil : (name, .changed)
      }
    }
  }

  /// The same for programs.
  public var value: Value {
    func list(_ items: [(name: String, change: Change)]) -> Value {
      .array(items.map { ["name": .string($0.name), "change": .string($0.change.rawValue)] })
    }
    return [
      "before": ["name": .string(before.name), "version": .string(before.version)],
      "after": ["name": .string(after.name), "version": .string(after.version)],
      "parameters": list(parameters), "steps": list(steps), "modules": list(modules),
    ]
  }
}
