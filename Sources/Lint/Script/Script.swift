import Engine
import Primitives
import Values

/// A file of Lua with all that rules want to know of it.
final class Script {
  enum Kind { case runbook, module, test }

  let tree: SyntaxTree
  let scopes: Scopes
  let shelf: Shelf
  let kind: Kind
  let header: Header?
  let extended: Extension?
  let steps: [Step]
  /// What each function is to a step: nothing, for those outside of steps.
  private let roles: [Role?]

  /// A function of a step.
  struct Role: Hashable {
    var step: Int
    /// Whether it takes the step back, which happens in another process than the step itself, or much later.
    var isRollback: Bool
  }

  /// A call, and what is called, be it by itself or through `pcall`.
  struct NamedCall {
    var call: Call
    var path: Scopes.Path
    var arguments: [Expression]

    var global: String? { path.global }
    var position: Position { call.position }
  }

  /// The calls of what has a name.
  let calls: [NamedCall]

  init(_ tree: SyntaxTree, _ shelf: Shelf) {
    self.tree = tree
    self.shelf = shelf
    scopes = ScopePass.run(tree)
    let scopes = scopes
    var calls: [NamedCall] = []
    for call in scopes.calls {
      guard let path = scopes.path(of: call) else { continue }
      calls.append(NamedCall(call: call, path: path, arguments: call.arguments))
      guard let word = path.global, word == "pcall" || word == "xpcall", let first = call.arguments.first,
        let inner = scopes.path(of: first)
      else { continue }
      calls.append(
        NamedCall(call: call, path: inner, arguments: Array(call.arguments.dropFirst(word == "pcall" ? 1 : 2))))
    }
    self.calls = calls
    header = calls.first { $0.global == "runbook" }.map { Header($0.call, scopes) }
    extended = calls.first { $0.global == "extends" }.map { Extension($0.call, scopes) }
    kind = tree.file.hasSuffix("_test.lua") ? .test : header != nil || extended != nil ? .runbook : .module

    let extended = extended
    steps = calls.compactMap { call in
      let word = call.global == "step" ? "step" : extended?.word(call.path) ?? ""
      return Step.Word(rawValue: word).flatMap { Step($0, call.call, call.arguments, scopes) }
    }
    roles = Self.roles(of: steps, scopes)
  }

  private static func roles(of steps: [Step], _ scopes: Scopes) -> [Role?] {
    var roles: [Role?] = Array(repeating: nil, count: scopes.parents.count)
    for (number, step) in steps.enumerated() {
      for function in [step.body, step.check] {
        if let function { roles[function] = Role(step: number, isRollback: false) }
      }
      if let rollback = step.rollback { roles[rollback] = Role(step: number, isRollback: true) }
    }
    // A function comes after the one that it stands in.
    for (function, parent) in scopes.parents.enumerated() {
      roles[function] = roles[function] ?? parent.flatMap { roles[$0] }
    }
    return roles
  }

  /// The calls of what has a name in each function.
  private(set) lazy var callsByFunction = Dictionary(grouping: calls) { $0.call.function }

  /// The names of what a module answers with; nil where only running it can tell.
  private(set) lazy var exports: Set<String>? = exportedNames

  /// What is wrong with the arguments of primitives, for three rules.
  private(set) lazy var argumentProblems = ArgumentCheck(self)

  /// The step that a function belongs to, or stands in.
  func role(of function: Int) -> Role? { roles[function] }

  /// The runbook that this one extends.
  var base: Script? { extended?.name.flatMap { shelf.base($0) } }

  /// The primitive that a call asks for.
  func primitive(_ call: NamedCall) -> (any Primitive.Type)? {
    call.global.flatMap { shelf.surroundings.registry[$0] }
  }

  /// The module that a local stands for, if it is one all the time: `local nics = require "vsr.nics"`.
  func moduleName(of variable: Int) -> String? {
    guard let chain = scopes.variables[variable].constant?.chain, let name = chain.name, name.variable == nil,
      name.text == "require", chain.suffixes.count == 1, case .call(let arguments, _) = chain.suffixes[0],
      let argument = arguments.first
    else { return nil }
    return scopes.literal(argument)?.string
  }
}
