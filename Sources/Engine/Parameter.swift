import Primitives
public import Values

/// One parameter of a runbook: its type, its bounds and its default.
public struct Parameter: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case string, integer, number, boolean, list, table, secret
  }

  public var name: String
  public var kind: Kind
  public var doc: String
  public var defaultValue: Value?
  public var minimum: Int?
  public var maximum: Int?
  /// The words allowed, of a string.
  public var values: [String]

  init(_ name: String, _ declaration: Value) throws(ParameterProblem) {
    func problem(_ text: String) -> ParameterProblem { ParameterProblem("parameter '\(name)': \(text)") }
    guard let map = declaration.map else {
      throw problem("expected a table such as { type = \"integer\", default = 1 }")
    }
    let known = ["type", "default", "min", "max", "values", "doc"]
    for key in map.keys where !known.contains(key) { throw problem("no field '\(key)'" + Runbook.hint(key, known)) }
    guard let word = map["type"]?.string, let kind = Kind(rawValue: word) else {
      let kinds = Kind.allCases.map(\.rawValue)
      throw problem(
        "type: expected one of \(kinds.joined(separator: ", "))"
          + (map["type"]?.string.map { Runbook.hint($0, kinds) } ?? ""))
    }
    self.name = name
    self.kind = kind
    doc = map["doc"]?.string ?? ""
    for bound in ["min", "max"] where map[bound] != nil && map[bound]?.integer == nil {
      throw problem("\(bound): expected integer, got \((map[bound] ?? nil).shortText)")
    }
    if kind != .integer, kind != .number, map["min"] != nil || map["max"] != nil {
      throw problem("min and max go with integer and number, not with \(kind.rawValue)")
    }
    if let doc = map["doc"], doc.string == nil { throw problem("doc: expected string, got \(doc.shortText)") }
    if let values = map["values"], values.array?.allSatisfy({ $0.string != nil }) != true || kind != .string {
      throw problem("values: expected a list of strings, of a parameter of type string, got \(values.shortText)")
    }
    minimum = map["min"]?.integer
    maximum = map["max"]?.integer
    values = (map["values"]?.array ?? []).compactMap(\.string)
    defaultValue = nil
    if let value = map["default"] { defaultValue = try check(value) }
  }

  /// `value` if it fits this parameter.
  public func check(_ value: Value) throws(ParameterProblem) -> Value {
    func mismatch(_ expected: String) -> ParameterProblem {
      ParameterProblem("parameter '\(name)': expected \(expected), got \(value.shortText)")
    }
    switch (kind, value) {
    case (.string, .string(let text)):
      guard values.isEmpty || values.contains(text) else {
        let words = values.map { "\"\($0)\"" }.joined(separator: ", ")
        throw ParameterProblem(
          mismatch("one of \(words)").description
            + (Suggestion.closest(to: text, in: values).map { "; did you mean \"\($0)\"?" } ?? ""))
      }
    case (.integer, .integer(let number)), (.number, .integer(let number)):
      if let minimum, number < minimum { throw mismatch("\(minimum) or more") }
      if let maximum, number > maximum { throw mismatch("\(maximum) or less") }
    case (.number, .float), (.boolean, .boolean), (.list, .array), (.table, .map): break
    case (.list, .map(let map)) where map.isEmpty: return []
    case (.table, .array(let list)) where list.isEmpty: return [:]
    case (.secret, .string(let source)) where SecretReference.isSource(source): break
    case (.secret, _):
      // The value is not repeated: it may be the secret itself.
      throw ParameterProblem("parameter '\(name)': expected \(SecretReference.sources)")
    default: throw mismatch(kind.rawValue)
    }
    return value
  }

  /// The value that `text` of a command line means.
  public func parse(_ text: String) throws(ParameterProblem) -> Value {
    switch kind {
    case .string, .secret: return try check(.string(text))
    case .boolean where text == "true" || text == "false": return .boolean(text == "true")
    default:
      guard let value = try? Value(json: text) else { return try check(.string(text)) }
      return try check(value)
    }
  }
}

/// A value given for a parameter, and where it was given.
public struct GivenValue: Sendable, Hashable {
  public var value: Value
  /// `site.yaml:3:11`, `--set`.
  public var origin: String
  /// Where its name stands, if that is another place.
  public var nameOrigin: String
  /// Whether the value is a word of the command line, whose type the parameter decides.
  public var isText: Bool

  public init(_ value: Value, origin: String, nameOrigin: String? = nil, isText: Bool = false) {
    self.value = value
    self.origin = origin
    self.nameOrigin = nameOrigin ?? origin
    self.isText = isText
  }
}

extension Runbook {
  /// The value of each parameter: its default, or what was given; of two given the later one counts.
  public func parameters(_ given: [(name: String, value: GivenValue)]) throws(ParameterProblem) -> ValueMap {
    var values: ValueMap = [:]
    for parameter in parameters { if let value = parameter.defaultValue { values[parameter.name] = value } }
    for (name, given) in given {
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        throw ParameterProblem(
          "\(given.nameOrigin): the runbook \(self.name) has no parameter '\(name)'"
            + Self.hint(name, parameters.map(\.name)))
      }
      do {
        values[name] = given.isText ? try parameter.parse(given.value.string ?? "") : try parameter.check(given.value)
      } catch {
        throw ParameterProblem("\(given.origin): \(error)")
      }
    }
    for parameter in parameters where values[parameter.name] == nil {
      throw ParameterProblem(
        "the parameter '\(parameter.name)' has no default and was not given\(parameter.doc.isEmpty ? "" : ": \(parameter.doc)"); give it by --set \(parameter.name)=… or in site.yaml"
      )
    }
    return values
  }
}
