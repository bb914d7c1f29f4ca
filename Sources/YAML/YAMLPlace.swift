/// Where in a file something stands.
public struct YAMLPlace: Sendable, Hashable, CustomStringConvertible {
  /// The name of the file as the reader was given it.
  public var file: String
  /// Counted from 1.
  public var line: Int
  /// In characters (Unicode scalars), counted from 1.
  public var column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  public var description: String { "\(file):\(line):\(column)" }
}
