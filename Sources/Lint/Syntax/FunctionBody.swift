/// A function, or the file as a whole.
final class FunctionBody {
  /// Its number in the file; 0 is the file as a whole.
  let id: Int
  let position: Position
  /// `self` among them, if it is a method.
  let parameters: [Name]
  let block: Block

  init(id: Int, at position: Position, parameters: [Name], block: Block) {
    self.id = id
    self.position = position
    self.parameters = parameters
    self.block = block
  }
}
