import Values

/// JSON as people edit it: an entry a line, indented.
struct JSONText {
  /// One level.
  var indentation = "  "

  /// Text in the manner of `former`, as far as it has one.
  init(like former: String = "") {
    for line in former.split(separator: "\n") {
      let space = line.prefix { $0 == " " || $0 == "\t" }
      if !space.isEmpty, space.count < line.count {
        indentation = String(space)
        return
      }
    }
  }

  /// Ends with a newline.
  func text(_ value: Value) -> String { lines(value, "") + "\n" }

  private func lines(_ value: Value, _ indent: String) -> String {
    let inner = indent + indentation
    switch value {
    case .map(let map) where !map.isEmpty:
      let entries = map.map { "\(inner)\(Value.string($0.key).json): \(lines($0.value, inner))" }
      return "{\n" + entries.joined(separator: ",\n") + "\n\(indent)}"
    case .array(let list) where list.contains { $0.map != nil || $0.array != nil }:
      return "[\n" + list.map { inner + lines($0, inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .array(let list): return "[" + list.map(\.json).joined(separator: ", ") + "]"
    default: return value.json
    }
  }
}
