/// Where something begins in a file, counted from 1; columns are characters (Unicode scalars).
struct Position: Hashable, Comparable, Sendable {
  var line: Int
  var column: Int

  static func < (a: Position, b: Position) -> Bool { (a.line, a.column) < (b.line, b.column) }
}
