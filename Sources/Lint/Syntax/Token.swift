import Values

/// The words that a text of Lua is made of.
enum Token: Hashable, Sendable {
  case end
  case name(String)
  case keyword(Keyword)
  case symbol(Symbol)
  /// Text, or bytes that are none.
  case string(Value)
  /// An integer or a float.
  case number(Value)

  /// As error texts name it.
  var description: String {
    switch self {
    case .end: "the end of the file"
    case .name(let name): "'\(name)'"
    case .keyword(let keyword): "'\(keyword.rawValue)'"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .string(let value), .number(let value): value.shortText
    }
  }
}
