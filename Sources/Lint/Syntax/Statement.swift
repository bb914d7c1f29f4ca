/// What is done.
indirect enum Statement {
  /// `local a, b <const> = …`; a value, where there is one, stands under the number of its variable.
  case local([LocalName], [Expression])
  case localFunction(Name, FunctionBody)
  /// `function a.b()` is one, too.
  case assignment([Expression], [Expression])
  case call(Chain)
  case block(Block)
  case whileLoop(Expression, Block)
  case repeatLoop(Block, until: Expression)
  case conditional([(condition: Expression, block: Block)], otherwise: Block?)
  case numericFor(Name, [Expression], Block)
  case genericFor([Name], [Expression], Block)
  case result([Expression], Position)
  /// `break`, `goto`, a label: nothing that a rule asks for.
  case jump(Position)
}

/// Statements one after the other, with a scope of their own.
struct Block {
  var statements: [Statement]
}

/// A name in `local`, with its attribute.
struct LocalName {
  var name: Name
  /// `const` or `close`.
  var attribute: String?
}
