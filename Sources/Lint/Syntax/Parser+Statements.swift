extension Parser {
  mutating func block() throws(SyntaxError) -> Block {
    var statements: [Statement] = []
    while !isAtBlockEnd {
      if token == .keyword(.return) {
        statements.append(try result())
        break
      }
      if let statement = try statement() { statements.append(statement) }
    }
    return Block(statements: statements)
  }

  private var isAtBlockEnd: Bool {
    switch token {
    case .end, .keyword(.else), .keyword(.elseif), .keyword(.end), .keyword(.until): true
    default: false
    }
  }

  /// One statement; nil for a semicolon.
  private mutating func statement() throws(SyntaxError) -> Statement? {
    try enter()
    defer { leave() }
    let begin = position
    switch token {
    case .symbol(.semicolon):
      try advance()
      return nil
    case .keyword(.if): return try conditional(begin)
    case .keyword(.while):
      try advance()
      let condition = try expression()
      try expect(.keyword(.do))
      let body = try loop()
      try expect(.keyword(.end), closing: "while", from: begin)
      return .whileLoop(condition, body)
    case .keyword(.do):
      try advance()
      let body = try block()
      try expect(.keyword(.end), closing: "do", from: begin)
      return .block(body)
    case .keyword(.for): return try forLoop(begin)
    case .keyword(.repeat):
      try advance()
      let body = try loop()
      try expect(.keyword(.until), closing: "repeat", from: begin)
      return .repeatLoop(body, until: try expression())
    case .keyword(.function): return try function(begin)
    case .keyword(.local): return try local(begin)
    case .symbol(.label):
      try advance()
      _ = try name()
      try expect(.symbol(.label))
      return .jump(begin)
    case .keyword(.break):
      guard loops > 0 else {
        throw SyntaxError(position: begin, message: "'break' stands outside of loops")
      }
      try advance()
      return .jump(begin)
    case .keyword(.goto):
      try advance()
      _ = try name()
      return .jump(begin)
    default: return try expressionStatement()
    }
  }

  private mutating func loop() throws(SyntaxError) -> Block {
    loops += 1
    defer { loops -= 1 }
    return try block()
  }

  private mutating func conditional(_ begin: Position) throws(SyntaxError) -> Statement {
    var branches: [(condition: Expression, block: Block)] = []
    repeat {
      try advance()
      let condition = try expression()
      try expect(.keyword(.then))
      branches.append((condition, try block()))
    } while token == .keyword(.elseif)
    var otherwise: Block?
    if try accept(.else) { otherwise = try block() }
    try expect(.keyword(.end), closing: "if", from: begin)
    return .conditional(branches, otherwise: otherwise)
  }

  private mutating func forLoop(_ begin: Position) throws(SyntaxError) -> Statement {
    try advance()
    var names = [try name()]
    if try accept(.assign) {
      var bounds = [try expression()]
      try expect(.symbol(.comma))
      bounds.append(try expression())
      if try accept(.comma) { bounds.append(try expression()) }
      return .numericFor(names[0], bounds, try forBody(begin))
    }
    while try accept(.comma) { names.append(try name()) }
    guard try accept(.in) else { throw unexpected("'=' or 'in'") }
    let values = try expressions()
    return .genericFor(names, values, try forBody(begin))
  }

  private mutating func forBody(_ begin: Position) throws(SyntaxError) -> Block {
    try expect(.keyword(.do))
    let body = try loop()
    try expect(.keyword(.end), closing: "for", from: begin)
    return body
  }

  private mutating func function(_ begin: Position) throws(SyntaxError) -> Statement {
    try advance()
    let base = try name()
    var suffixes: [Chain.Suffix] = []
    var isMethod = false
    while token == .symbol(.dot) || token == .symbol(.colon), !isMethod {
      isMethod = token == .symbol(.colon)
      try advance()
      let member = try name()
      suffixes.append(.member(member.text, member.position))
    }
    let body = try functionBody(begin, isMethod: isMethod)
    let target = suffixes.isEmpty ? Expression.name(base) : .chain(Chain(base: .name(base), suffixes: suffixes))
    return .assignment([target], [.function(body)])
  }

  private mutating func local(_ begin: Position) throws(SyntaxError) -> Statement {
    try advance()
    if try accept(.function) {
      let name = try name()
      return .localFunction(name, try functionBody(begin, isMethod: false))
    }
    var names: [LocalName] = []
    repeat {
      var local = LocalName(name: try name())
      if try accept(.less) {
        let attribute = try name()
        guard attribute.text == "const" || attribute.text == "close" else {
          throw SyntaxError(
            position: attribute.position, message: "there is no attribute '\(attribute.text)'",
            fix: "there are const and close")
        }
        local.attribute = attribute.text
        try expect(.symbol(.greater))
      }
      names.append(local)
    } while try accept(.comma)
    guard names.filter({ $0.attribute == "close" }).count <= 1 else {
      throw SyntaxError(position: begin, message: "two variables of one 'local' are to be closed")
    }
    return .local(names, try accept(.assign) ? try expressions() : [])
  }

  private mutating func result() throws(SyntaxError) -> Statement {
    let begin = position
    try advance()
    let values = isAtBlockEnd || token == .symbol(.semicolon) ? [] : try expressions()
    _ = try accept(.semicolon)
    return .result(values, begin)
  }

  private mutating func expressionStatement() throws(SyntaxError) -> Statement {
    let first = try suffixedExpression()
    if token == .symbol(.assign) || token == .symbol(.comma) {
      var targets = [first]
      while try accept(.comma) { targets.append(try suffixedExpression()) }
      for target in targets where !Self.isAssignable(target) {
        throw SyntaxError(position: target.position, message: "this cannot be assigned to")
      }
      try expect(.symbol(.assign))
      return .assignment(targets, try expressions())
    }
    guard case .chain(let chain) = first, chain.isCall else {
      throw SyntaxError(
        position: first.position, message: "a value alone is no statement",
        fix: "call it, assign it, or take it out")
    }
    return .call(chain)
  }

  private static func isAssignable(_ expression: Expression) -> Bool {
    switch expression {
    case .name: true
    case .chain(let chain): !chain.isCall
    default: false
    }
  }
}
