public import OrderedCollections
public import Values

extension String: ArgumentValue {
  public static var typeName: String { "string" }
  public static var blank: String { "" }
  public var argument: Value { .string(self) }
  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string else { throw Self.mismatch(argument) }
    guard !text.utf8.contains(0) else { throw ArgumentProblem("a string with a NUL byte") }
    self = text
  }
}

extension Int: ArgumentValue {
  public static var typeName: String { "integer" }
  public static var luaType: String { "integer" }
  public static var blank: Int { 0 }
  public var argument: Value { .integer(self) }
  public init(argument: Value) throws(ArgumentProblem) {
    switch argument {
    case .integer(let integer): self = integer
    case .float(let float):
      guard let integer = Int(exactly: float) else { throw Self.mismatch(argument) }
      self = integer
    default: throw Self.mismatch(argument)
    }
  }
}

extension Bool: ArgumentValue {
  public static var typeName: String { "boolean" }
  public static var luaType: String { "boolean" }
  public static var blank: Bool { false }
  public var argument: Value { .boolean(self) }
  public init(argument: Value) throws(ArgumentProblem) {
    guard let boolean = argument.boolean else { throw Self.mismatch(argument) }
    self = boolean
  }
}

extension Value: ArgumentValue {
  public static var typeName: String { "any value" }
  public static var luaType: String { "any" }
  public static var blank: Value { .null }
  public var argument: Value { self }
  public init(argument: Value) { self = argument }
}

extension Optional: ArgumentValue where Wrapped: ArgumentValue {
  public static var typeName: String { Wrapped.typeName }
  public static var luaType: String { Wrapped.luaType }
  public static var isOptional: Bool { true }
  public static var takesSecrets: Bool { Wrapped.takesSecrets }
  public static var blank: Wrapped? { nil }
  public var argument: Value { self?.argument ?? .null }
  public init(argument: Value) throws(ArgumentProblem) {
    self = argument.isNull ? nil : try Wrapped(argument: argument)
  }
}

extension Array: ArgumentValue where Element: ArgumentValue {
  public static var typeName: String { "list of \(Element.typeName)" }
  public static var luaType: String {
    Element.luaType.contains("|") ? "(\(Element.luaType))[]" : "\(Element.luaType)[]"
  }
  public static var takesSecrets: Bool { Element.takesSecrets }
  public static var blank: [Element] { [] }
  public var argument: Value { .array(map(\.argument)) }
  public init(argument: Value) throws(ArgumentProblem) {
    // An empty Lua table says nothing of what it would have held.
    guard let values = argument.array ?? (argument.map?.isEmpty == true ? [] : nil) else {
      throw Self.mismatch(argument)
    }
    self = []
    for (index, value) in values.enumerated() {
      do {
        append(try Element(argument: value))
      } catch {
        throw ArgumentProblem("element \(index + 1): \(error.message)")
      }
    }
  }
}

/// The value tree, where a generic parameter is called `Value` too.
public typealias PlainValue = Value

extension OrderedDictionary: ArgumentValue where Key == String, Value: ArgumentValue {
  public static var typeName: String { "table of \(Value.typeName) by name" }
  public static var luaType: String { "table<string, \(Value.luaType)>" }
  public static var takesSecrets: Bool { Value.takesSecrets }
  public static var blank: Self { [:] }
  public var argument: PlainValue { .map(mapValues(\.argument)) }
  public init(argument: PlainValue) throws(ArgumentProblem) {
    guard let map = argument.map else { throw Self.mismatch(argument) }
    self = [:]
    for (key, value) in map {
      do {
        self[key] = try Value(argument: value)
      } catch {
        throw ArgumentProblem("'\(key)': \(error.message)")
      }
    }
  }
}

/// An argument that is one of a few words: a `String` enumeration with all cases.
public protocol WordArgument: ArgumentValue, RawRepresentable<String>, CaseIterable {}

extension WordArgument {
  public static var typeName: String { allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") }
  public static var luaType: String { allCases.map { "\"\($0.rawValue)\"" }.joined(separator: "|") }
  public var argument: Value { .string(rawValue) }
  public init(argument: Value) throws(ArgumentProblem) {
    guard let word = argument.string, let value = Self(rawValue: word) else { throw Self.mismatch(argument) }
    self = value
  }
}
