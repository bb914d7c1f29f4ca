/// One call in a file.
struct Call {
  /// A branch of an `if`: of two calls in different branches of one, at most one is made.
  struct Branch: Hashable {
    var conditional: Int
    var number: Int
  }

  /// What is called, down to the call itself.
  var chain: Chain
  /// The number of the call among the suffixes of the chain.
  var suffix: Int
  var arguments: [Expression]
  /// The function that it stands in.
  var function: Int
  var branches: [Branch]
  /// Whether it stands in a loop of that function.
  var isInLoop: Bool

  var position: Position { chain.position }

  /// Whether at most one of the two is made.
  func excludes(_ other: Call) -> Bool {
    branches.contains { own in
      other.branches.contains { $0.conditional == own.conditional && $0.number != own.number }
    }
  }
}
