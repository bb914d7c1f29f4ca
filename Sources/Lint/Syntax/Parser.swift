/// Builds the tree of a file of Lua 5.4, as Lua's own parser reads it.
///
/// What Lua's compiler refuses besides (labels, constants that are assigned to, too many locals) is not looked at here.
struct Parser {
  /// How deep statements and expressions may nest: Lua's own limit.
  static let depthLimit = 200

  private var lexer: Lexer
  private(set) var token: Token = .end
  private(set) var position = Position(line: 1, column: 1)
  private var lookahead: (token: Token, position: Position)?
  private(set) var functionCount = 0
  /// What may stand in the function that is being read.
  var isVariadic = true
  var loops = 0
  private var depth = 0

  init(_ source: [UInt8]) throws(SyntaxError) {
    lexer = Lexer(source)
    try advance()
  }

  var comments: [Comment] { lexer.comments }

  /// The whole file.
  mutating func file() throws(SyntaxError) -> FunctionBody {
    let id = nextFunction()
    let block = try block()
    guard token == .end else { throw unexpected("the end of the file") }
    return FunctionBody(id: id, at: Position(line: 1, column: 1), parameters: [], block: block)
  }

  mutating func nextFunction() -> Int {
    defer { functionCount += 1 }
    return functionCount
  }

  // MARK: Tokens

  mutating func advance() throws(SyntaxError) {
    if let next = lookahead {
      (token, position) = next
      lookahead = nil
    } else {
      (token, position) = try lexer.next()
    }
  }

  /// The token after the current one.
  mutating func peek() throws(SyntaxError) -> Token {
    if let lookahead { return lookahead.token }
    let next = try lexer.next()
    lookahead = next
    return next.token
  }

  /// Passes over a token if it stands here.
  mutating func accept(_ wanted: Token) throws(SyntaxError) -> Bool {
    guard token == wanted else { return false }
    try advance()
    return true
  }

  mutating func accept(_ symbol: Symbol) throws(SyntaxError) -> Bool { try accept(.symbol(symbol)) }
  mutating func accept(_ keyword: Keyword) throws(SyntaxError) -> Bool { try accept(.keyword(keyword)) }

  mutating func expect(_ wanted: Token) throws(SyntaxError) {
    guard token == wanted else { throw unexpected(wanted.description) }
    try advance()
  }

  /// The token that closes what `opener` opened at `begin`.
  mutating func expect(
    _ wanted: Token, closing opener: String, from begin: Position
  ) throws(SyntaxError) {
    guard token == wanted else {
      let line = begin.line == position.line ? "" : " of line \(begin.line)"
      throw unexpected("\(wanted.description) to close '\(opener)'\(line)")
    }
    try advance()
  }

  mutating func name() throws(SyntaxError) -> Name {
    guard case .name(let text) = token else { throw unexpected("a name") }
    let name = Name(text, at: position)
    try advance()
    return name
  }

  func unexpected(_ expected: String) -> SyntaxError {
    SyntaxError(position: position, message: "expected \(expected), got \(token.description)")
  }

  // MARK: Nesting

  mutating func enter() throws(SyntaxError) {
    depth += 1
    guard depth < Self.depthLimit else {
      throw SyntaxError(
        position: position, message: "this is nested more than \(Self.depthLimit) levels deep",
        fix: "Lua goes no deeper; take a part out into a local or a function")
    }
  }

  mutating func leave() { depth -= 1 }
}
