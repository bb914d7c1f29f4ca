extension Parser {
  mutating func expressions() throws(SyntaxError) -> [Expression] {
    var list = [try expression()]
    while try accept(.comma) { list.append(try expression()) }
    return list
  }

  mutating func expression() throws(SyntaxError) -> Expression { try operation(bindingOver: 0) }

  private mutating func operation(bindingOver limit: Int) throws(SyntaxError) -> Expression {
    try enter()
    defer { leave() }
    let first: Expression
    if let sign = UnaryOperator(token) {
      let begin = position
      try advance()
      first = .negation(sign, try operation(bindingOver: Operator.unaryPriority), begin)
    } else {
      first = try simpleExpression()
    }
    var rest: [(symbol: Operator, operand: Expression)] = []
    while let symbol = Operator(token), symbol.priority.left > limit {
      try advance()
      rest.append((symbol, try operation(bindingOver: symbol.priority.right)))
    }
    return rest.isEmpty ? first : .operation(Operation(first: first, rest: rest))
  }

  private mutating func simpleExpression() throws(SyntaxError) -> Expression {
    let begin = position
    let value: Expression
    switch token {
    case .number(let number): value = .number(number, begin)
    case .string(let text): value = .string(text, begin)
    case .keyword(.nil): value = .null(begin)
    case .keyword(.true): value = .boolean(true, begin)
    case .keyword(.false): value = .boolean(false, begin)
    case .symbol(.dots):
      guard isVariadic else {
        throw SyntaxError(position: begin, message: "'...' stands in a function that takes none")
      }
      value = .varargs(begin)
    case .symbol(.openBrace): return .table(try table())
    case .keyword(.function):
      try advance()
      return .function(try functionBody(begin, isMethod: false))
    default: return try suffixedExpression()
    }
    try advance()
    return value
  }

  mutating func suffixedExpression() throws(SyntaxError) -> Expression {
    let begin = position
    let base: Expression
    switch token {
    case .name: base = .name(try name())
    case .symbol(.open):
      try advance()
      let inner = try expression()
      try expect(.symbol(.close), closing: "(", from: begin)
      base = .parenthesized(inner, begin)
    default: throw unexpected("a value")
    }
    var suffixes: [Chain.Suffix] = []
    while let suffix = try suffix() { suffixes.append(suffix) }
    return suffixes.isEmpty ? base : .chain(Chain(base: base, suffixes: suffixes))
  }

  private mutating func suffix() throws(SyntaxError) -> Chain.Suffix? {
    let begin = position
    switch token {
    case .symbol(.dot):
      try advance()
      let member = try name()
      return .member(member.text, member.position)
    case .symbol(.openBracket):
      let key = try index()
      if case .string(.string(let text), let position) = key { return .member(text, position) }
      return .index(key, begin)
    case .symbol(.colon):
      try advance()
      let method = try name()
      guard let arguments = try arguments() else { throw unexpected("the arguments of a method") }
      return .method(method.text, arguments, method.position)
    default:
      guard let arguments = try arguments() else { return nil }
      return .call(arguments, begin)
    }
  }

  /// `[key]`.
  private mutating func index() throws(SyntaxError) -> Expression {
    try advance()
    let key = try expression()
    try expect(.symbol(.closeBracket))
    return key
  }

  /// The arguments of a call: in parentheses, or a table or a text alone; nil if none stand here.
  private mutating func arguments() throws(SyntaxError) -> [Expression]? {
    let begin = position
    switch token {
    case .symbol(.open):
      try advance()
      let list = token == .symbol(.close) ? [] : try expressions()
      try expect(.symbol(.close), closing: "(", from: begin)
      return list
    case .symbol(.openBrace): return [.table(try table())]
    case .string(let text):
      try advance()
      return [.string(text, begin)]
    default: return nil
    }
  }

  private mutating func table() throws(SyntaxError) -> TableConstructor {
    let begin = position
    try advance()
    var fields: [TableConstructor.Field] = []
    while token != .symbol(.closeBrace) {
      fields.append(try field())
      if try accept(.comma) { continue }
      guard try accept(.semicolon) else { break }
    }
    try expect(.symbol(.closeBrace), closing: "{", from: begin)
    return TableConstructor(fields: fields, position: begin)
  }

  private mutating func field() throws(SyntaxError) -> TableConstructor.Field {
    let begin = position
    if case .name(let text) = token, try peek() == .symbol(.assign) {
      try advance()
      try advance()
      return .init(key: .name(text), value: try expression(), position: begin)
    }
    guard token == .symbol(.openBracket) else {
      return .init(key: .position, value: try expression(), position: begin)
    }
    let key = try index()
    try expect(.symbol(.assign))
    let value = try expression()
    if case .string(.string(let text), _) = key { return .init(key: .name(text), value: value, position: begin) }
    return .init(key: .computed(key), value: value, position: begin)
  }

  /// `(parameters) … end` of a function that begins at `begin`.
  mutating func functionBody(_ begin: Position, isMethod: Bool) throws(SyntaxError) -> FunctionBody {
    let id = nextFunction()
    let outer = (isVariadic, loops)
    (isVariadic, loops) = (false, 0)
    defer { (isVariadic, loops) = outer }
    var parameters = isMethod ? [Name("self", at: begin)] : []
    try expect(.symbol(.open))
    if token != .symbol(.close) {
      repeat {
        if try accept(.dots) {
          isVariadic = true
          break
        }
        parameters.append(try name())
      } while try accept(.comma)
    }
    try expect(.symbol(.close))
    let block = try block()
    try expect(.keyword(.end), closing: "function", from: begin)
    return FunctionBody(id: id, at: begin, parameters: parameters, block: block)
  }
}
