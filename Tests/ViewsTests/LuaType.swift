import Values

/// A type as the editor definitions write it.
indirect enum LuaType: Hashable, Sendable {
  /// `string`, `kube.apply.arguments`, `table<string, any>`.
  case named(String, [LuaType])
  case literal(String)
  case list(LuaType)
  case either([LuaType])
  case table([Field])
  case function([Field], [LuaType])

  struct Field: Hashable, Sendable {
    var name: String
    var isOptional: Bool
    var type: LuaType
  }

  static let none = LuaType.named("nil", [])

  /// The names of all types in it.
  var names: Set<String> {
    switch self {
    case .named(let name, let arguments): arguments.reduce([name]) { $0.union($1.names) }
    case .literal: []
    case .list(let element): element.names
    case .either(let types): types.reduce([]) { $0.union($1.names) }
    case .table(let fields): fields.reduce([]) { $0.union($1.type.names) }
    case .function(let fields, let results):
      (fields.map(\.type) + results).reduce([]) { $0.union($1.names) }
    }
  }

  /// Whether a value is of this type; a table has no keys but those that are told.
  func accepts(_ value: Value) -> Bool {
    switch self {
    case .named("any", _): return true
    case .named("nil", _): return value.isNull
    case .named("string", _): return value.string != nil
    case .named("integer", _): return value.integer != nil
    case .named("boolean", _): return value.boolean != nil
    case .named("true", _): return value == true
    case .named("table", let arguments):
      guard let map = value.map ?? (value == [] ? [:] : nil) else { return false }
      return arguments.count < 2 || map.values.allSatisfy(arguments[1].accepts)
    case .named, .function: return false
    case .literal(let text): return value.string == text
    case .list(let element): return (value.array ?? (value == [:] ? [] : nil))?.allSatisfy(element.accepts) ?? false
    case .either(let types): return types.contains { $0.accepts(value) }
    case .table(let fields):
      guard let map = value.map, map.keys.allSatisfy({ key in fields.contains { $0.name == key } }) else {
        return false
      }
      return fields.allSatisfy { field in
        map[field.name].map { $0.isNull ? field.isOptional : field.type.accepts($0) } ?? field.isOptional
      }
    }
  }
}

/// What is wrong with a definition.
struct DefinitionError: Error, CustomStringConvertible {
  var description: String
}

extension LuaType {
  /// Reads the type that a text begins with, and leaves the rest.
  init(readFrom text: inout Substring) throws {
    var types = [try Self.one(&text)]
    while Self.take("|", &text) { types.append(try Self.one(&text)) }
    self = types.count == 1 ? types[0] : .either(types)
  }

  /// A whole text that is one type.
  init(_ text: String) throws {
    var rest = Substring(text)
    self = try Self(readFrom: &rest)
    guard rest.isEmpty else { throw DefinitionError(description: "'\(rest)' is left of the type '\(text)'") }
  }

  private static func one(_ text: inout Substring) throws -> LuaType {
    var type = try primary(&text)
    while true {
      if take("[]", &text) {
        type = .list(type)
      } else if take("?", &text) {
        type = .either([type, .none])
      } else {
        return type
      }
    }
  }

  private static func primary(_ text: inout Substring) throws -> LuaType {
    if take("\"", &text) {
      let word = text.prefix { $0 != "\"" }
      text = text.dropFirst(word.count)
      try expect("\"", &text)
      return .literal(String(word))
    }
    if take("(", &text) {
      let type = try LuaType(readFrom: &text)
      try expect(")", &text)
      return type
    }
    if take("{", &text) { return .table(try fields(&text, until: "}")) }
    if take("fun(", &text) {
      let fields = try fields(&text, until: ")")
      var results: [LuaType] = []
      if take(": ", &text) {
        repeat { results.append(try LuaType(readFrom: &text)) } while take(", ", &text)
      }
      return .function(fields, results)
    }
    let name = try word(&text)
    var arguments: [LuaType] = []
    if take("<", &text) {
      repeat { arguments.append(try LuaType(readFrom: &text)) } while take(", ", &text)
      try expect(">", &text)
    }
    return .named(name, arguments)
  }

  private static func fields(_ text: inout Substring, until end: String) throws -> [Field] {
    var fields: [Field] = []
    while true {
      _ = take(" ", &text)
      if take(end, &text) { return fields }
      let name = try word(&text)
      let isOptional = take("?", &text)
      try expect(": ", &text)
      fields.append(Field(name: name, isOptional: isOptional, type: try LuaType(readFrom: &text)))
      _ = take(",", &text)
    }
  }

  private static func word(_ text: inout Substring) throws -> String {
    let word = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    guard !word.isEmpty else { throw DefinitionError(description: "no name where '\(text)' begins") }
    text = text.dropFirst(word.count)
    return String(word)
  }

  private static func take(_ token: String, _ text: inout Substring) -> Bool {
    guard text.hasPrefix(token) else { return false }
    text = text.dropFirst(token.count)
    return true
  }

  private static func expect(_ token: String, _ text: inout Substring) throws {
    guard take(token, &text) else { throw DefinitionError(description: "expected '\(token)' where '\(text)' begins") }
  }
}
