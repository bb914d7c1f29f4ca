/// A file of Lua as a tree.
struct SyntaxTree {
  /// The name in places.
  var file: String
  var main: FunctionBody
  /// How many functions it has, the file itself among them.
  var functionCount: Int
  var comments: [Comment]

  /// Whether it only describes what there is, for editors: it begins with `---@meta`, and nothing runs it.
  var isDefinition: Bool {
    comments.first.map { $0.text.hasPrefix("-@meta") && $0.position == Position(line: 1, column: 1) } == true
  }

  init(_ source: [UInt8], file: String) throws(SyntaxError) {
    var parser = try Parser(source)
    main = try parser.file()
    functionCount = parser.functionCount
    comments = parser.comments
    self.file = file
  }
}
