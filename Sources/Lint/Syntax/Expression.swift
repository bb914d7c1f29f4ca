import Values

/// What has a value.
indirect enum Expression {
  case null(Position)
  case boolean(Bool, Position)
  case number(Value, Position)
  case string(Value, Position)
  case varargs(Position)
  case function(FunctionBody)
  case table(TableConstructor)
  case name(Name)
  case chain(Chain)
  case operation(Operation)
  case negation(UnaryOperator, Expression, Position)
  case parenthesized(Expression, Position)

  var position: Position {
    switch self {
    case .null(let position), .boolean(_, let position), .number(_, let position), .string(_, let position),
      .varargs(let position), .negation(_, _, let position), .parenthesized(_, let position):
      position
    case .function(let body): body.position
    case .table(let table): table.position
    case .name(let name): name.position
    case .chain(let chain): chain.position
    case .operation(let operation): operation.first.position
    }
  }

  /// This without the parentheses around it.
  var bare: Expression {
    var expression = self
    while case .parenthesized(let inner, _) = expression { expression = inner }
    return expression
  }

  var table: TableConstructor? { if case .table(let table) = bare { table } else { nil } }
  var chain: Chain? { if case .chain(let chain) = bare { chain } else { nil } }
}

/// An operator before its one operand.
enum UnaryOperator: Hashable, Sendable {
  case not, minus, length, complement

  init?(_ token: Token) {
    switch token {
    case .keyword(.not): self = .not
    case .symbol(.minus): self = .minus
    case .symbol(.length): self = .length
    case .symbol(.tilde): self = .complement
    default: return nil
    }
  }
}
