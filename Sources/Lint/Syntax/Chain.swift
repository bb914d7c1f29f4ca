/// What begins with a name or a parenthesis and goes on with fields and calls: `kube.apply { … }`, `a[1]:b()`.
///
/// It is one node however long it is, so that no walk through a tree goes deeper than the parser went.
struct Chain {
  enum Suffix {
    /// `.name`, or `["name"]`.
    case member(String, Position)
    case index(Expression, Position)
    case call([Expression], Position)
    case method(String, [Expression], Position)
  }

  /// A name, or something in parentheses.
  var base: Expression
  var suffixes: [Suffix]

  var position: Position { base.position }

  /// The name that it begins with.
  var name: Name? { if case .name(let name) = base { name } else { nil } }

  /// The fields that stand first of all: `a`, `b` in `x.a.b(1).c`.
  var members: [(name: String, position: Position)] {
    var found: [(String, Position)] = []
    for suffix in suffixes {
      guard case .member(let name, let position) = suffix else { break }
      found.append((name, position))
    }
    return found
  }

  var isCall: Bool {
    switch suffixes.last {
    case .call, .method: true
    default: false
    }
  }
}
