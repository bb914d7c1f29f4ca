extension Value {
  /// This value as a Lua script would write it.
  public var luaText: String {
    switch self {
    case .null: "nil"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .float(let value): String(value)
    case .string(let value): Self.quoted(value)
    case .bytes(let value): "<\(value.count) bytes>"
    case .array(let elements):
      elements.isEmpty ? "{}" : "{ " + elements.map(\.luaText).joined(separator: ", ") + " }"
    case .map(let map):
      map.isEmpty
        ? "{}" : "{ " + map.map { "\(Self.luaKey($0)) = \($1.luaText)" }.joined(separator: ", ") + " }"
    case .handle(let handle): "<\(handle.kind)>"
    }
  }

  /// The same, cut to a length that fits an error text.
  public var shortText: String {
    let text = luaText
    return text.count <= 60 ? text : text.prefix(57) + "…"
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\0"..<" ", "\u{7f}": quoted += "\\u{\(String(scalar.value, radix: 16))}"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  private static func luaKey(_ key: String) -> String {
    let isName =
      key.utf8.first.map { !(48...57).contains($0) } == true
      && key.utf8.allSatisfy { $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
    return isName ? key : "[\(quoted(key))]"
  }
}
