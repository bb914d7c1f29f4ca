/// A line of a script.
public struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
  /// The name of the ``Chunk``.
  public var file: String
  /// Counted from 1.
  public var line: Int
  public var description: String { "\(file):\(line)" }

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}
