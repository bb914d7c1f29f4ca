/// Goes through a tree once: finds what each name means, and collects what rules ask for.
struct ScopePass {
  private(set) var scopes: Scopes
  /// The variables of each name that are visible, the innermost last.
  private var visible: [String: [Int]] = [:]
  /// The names that each open block has declared.
  private var blocks: [[String]] = []
  private var function = 0
  private var branches: [Call.Branch] = []
  private var conditionals = 0
  private var loops = 0
  private var uses = 0

  static func run(_ tree: SyntaxTree) -> Scopes {
    var pass = ScopePass(
      scopes: Scopes(
        parents: Array(repeating: nil, count: tree.functionCount),
        bodies: Array(repeating: nil, count: tree.functionCount)))
    pass.scopes.bodies[tree.main.id] = tree.main
    pass.visit(tree.main.block)
    return pass.scopes
  }

  private init(scopes: Scopes) { self.scopes = scopes }

  // MARK: Names

  private mutating func declare(
    _ name: Name, _ kind: Variable.Kind, attribute: String? = nil, initial: Expression? = nil
  ) {
    let number = scopes.variables.count
    name.variable = number
    scopes.variables.append(
      Variable(
        name: name.text, position: name.position, kind: kind, attribute: attribute, function: function, initial: initial
      ))
    visible[name.text, default: []].append(number)
    if !blocks.isEmpty { blocks[blocks.count - 1].append(name.text) }
  }

  private mutating func scope(_ body: (inout ScopePass) -> Void) {
    blocks.append([])
    body(&self)
    for name in blocks.removeLast() { visible[name]?.removeLast() }
  }

  private mutating func use(_ name: Name, field: String? = nil, value: Expression? = nil) -> Variable.Use {
    uses += 1
    return Variable.Use(position: name.position, order: uses, function: function, field: field, value: value)
  }

  private mutating func read(_ name: Name, field: String? = nil) {
    name.variable = visible[name.text]?.last
    if let number = name.variable {
      let use = use(name, field: field)
      scopes.variables[number].reads.append(use)
    } else {
      scopes.globalReads.append(.init(name: name, function: function))
    }
  }

  // MARK: Statements

  private mutating func visit(_ block: Block) {
    scope { pass in for statement in block.statements { pass.visit(statement) } }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement {
    case .local(let names, let values):
      visit(values)
      for (index, local) in names.enumerated() {
        let initial = index < values.count ? values[index] : nil
        declare(local.name, .local, attribute: local.attribute, initial: initial)
      }
    case .localFunction(let name, let body):
      declare(name, .function, initial: .function(body))
      visit(body)
    case .assignment(let targets, let values):
      visit(values)
      for (index, target) in targets.enumerated() { assign(target, index < values.count ? values[index] : nil) }
    case .call(let chain): visit(chain)
    case .block(let block): visit(block)
    case .whileLoop(let condition, let block):
      visit(condition)
      loop { $0.visit(block) }
    case .repeatLoop(let block, let condition):
      // The condition sees the block's own variables.
      loop { pass in
        pass.scope { pass in
          for statement in block.statements { pass.visit(statement) }
          pass.visit(condition)
        }
      }
    case .conditional(let list, let otherwise): visit(list, otherwise)
    case .numericFor(let name, let bounds, let block):
      visit(bounds)
      visitLoop([name], block)
    case .genericFor(let names, let values, let block):
      visit(values)
      visitLoop(names, block)
    case .result(let values, _): visit(values)
    case .jump: break
    }
  }

  private mutating func loop(_ body: (inout ScopePass) -> Void) {
    loops += 1
    body(&self)
    loops -= 1
  }

  private mutating func visitLoop(_ names: [Name], _ block: Block) {
    loop { pass in
      pass.scope { pass in
        for name in names { pass.declare(name, .loop) }
        pass.visit(block)
      }
    }
  }

  private mutating func visit(_ list: [(condition: Expression, block: Block)], _ otherwise: Block?) {
    let conditional = conditionals
    conditionals += 1
    for (number, branch) in list.enumerated() {
      visit(branch.condition)
      branches.append(.init(conditional: conditional, number: number))
      visit(branch.block)
      branches.removeLast()
    }
    guard let otherwise else { return }
    branches.append(.init(conditional: conditional, number: list.count))
    visit(otherwise)
    branches.removeLast()
  }

  private mutating func assign(_ target: Expression, _ value: Expression?) {
    switch target {
    case .name(let name):
      name.variable = visible[name.text]?.last
      if let number = name.variable {
        let use = use(name, value: value)
        scopes.variables[number].writes.append(use)
      } else {
        scopes.globalWrites.append(.init(name: name, function: function))
      }
    case .chain(let chain):
      scopes.fieldWrites.append(chain)
      guard let name = chain.name, chain.suffixes.count == 1 else { return visit(chain) }
      var field: String?
      switch chain.suffixes[0] {
      case .member(let member, _): field = member
      case .index(let key, _): visit(key)
      case .call, .method: break
      }
      name.variable = visible[name.text]?.last
      // What a global has is looked at where it is read.
      guard let number = name.variable else { return read(name) }
      let use = use(name, field: field, value: value)
      scopes.variables[number].changes.append(use)
    default: visit(target)
    }
  }

  // MARK: Expressions

  private mutating func visit(_ expressions: [Expression]) {
    for expression in expressions { visit(expression) }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression {
    case .null, .boolean, .number, .string, .varargs: break
    case .function(let body): visit(body)
    case .table(let table):
      for field in table.fields {
        if case .computed(let key) = field.key { visit(key) }
        visit(field.value)
      }
    case .name(let name): read(name)
    case .chain(let chain): visit(chain)
    case .operation(let operation):
      visit(operation.first)
      for (_, operand) in operation.rest { visit(operand) }
    case .negation(_, let operand, _): visit(operand)
    case .parenthesized(let inner, _): visit(inner)
    }
  }

  private mutating func visit(_ chain: Chain) {
    if let name = chain.name { read(name, field: chain.members.first?.name) } else { visit(chain.base) }
    scopes.chains.append(.init(chain: chain, function: function))
    for (index, suffix) in chain.suffixes.enumerated() {
      switch suffix {
      case .member: break
      case .index(let key, _): visit(key)
      case .call(let arguments, _), .method(_, let arguments, _):
        scopes.calls.append(
          Call(
            chain: chain, suffix: index, arguments: arguments, function: function, branches: branches,
            isInLoop: loops > 0))
        visit(arguments)
      }
    }
  }

  private mutating func visit(_ body: FunctionBody) {
    scopes.parents[body.id] = function
    scopes.bodies[body.id] = body
    let outer = (function, loops)
    (function, loops) = (body.id, 0)
    scope { pass in
      for parameter in body.parameters { pass.declare(parameter, .parameter) }
      pass.visit(body.block)
    }
    (function, loops) = outer
  }
}
