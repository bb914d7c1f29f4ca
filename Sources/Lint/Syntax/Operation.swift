/// Operands with operators between them, which apply from left to right: `a + b - c` is one.
///
/// An operand on the right binds tighter, or it would stand here itself.
struct Operation {
  var first: Expression
  var rest: [(symbol: Operator, operand: Expression)]
}

/// An operator between two operands.
enum Operator: Hashable, Sendable {
  case and, or
  case symbol(Symbol)

  /// How tight it binds its left and its right operand.
  var priority: (left: Int, right: Int) {
    switch self {
    case .or: (1, 1)
    case .and: (2, 2)
    case .symbol(let symbol):
      switch symbol {
      case .less, .greater, .atMost, .atLeast, .unequal, .equal: (3, 3)
      case .bar: (4, 4)
      case .tilde: (5, 5)
      case .ampersand: (6, 6)
      case .left, .right: (7, 7)
      case .concat: (9, 8)
      case .plus, .minus: (10, 10)
      case .times, .slash, .slashes, .percent: (11, 11)
      case .caret: (14, 13)
      default: (0, 0)
      }
    }
  }

  static let unaryPriority = 12

  init?(_ token: Token) {
    switch token {
    case .keyword(.and): self = .and
    case .keyword(.or): self = .or
    case .symbol(let symbol):
      self = .symbol(symbol)
      guard priority.left > 0 else { return nil }
    default: return nil
    }
  }
}
