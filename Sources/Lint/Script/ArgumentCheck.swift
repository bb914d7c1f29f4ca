import Primitives
import Values

/// Holds the arguments of calls against the signatures of primitives, as far as they stand in the text.
struct ArgumentCheck {
  enum Kind { case unknown, missing, wrong }

  private var found: [(kind: Kind, problem: Problem)] = []
  private let scopes: Scopes

  init(_ script: Script) {
    scopes = script.scopes
    for call in script.calls {
      guard let type = script.primitive(call) else { continue }
      check(call, type, script.shelf.signature(of: type))
    }
  }

  func of(_ kind: Kind) -> [Problem] { found.filter { $0.kind == kind }.map(\.problem) }

  private mutating func add(_ kind: Kind, _ position: Position, _ message: String, _ fix: String) {
    found.append((kind, Problem(at: position, message, fix)))
  }

  private mutating func check(_ call: Script.NamedCall, _ type: any Primitive.Type, _ signature: Signature) {
    guard call.arguments.count <= 1 else {
      return add(
        .wrong, call.arguments[1].position,
        "\(type.name) takes one table of arguments, got \(call.arguments.count) values",
        "write \(type.name) { … }")
    }
    guard let argument = call.arguments.first else { return missing([], call.position, type, signature) }
    guard let table = argument.table else {
      if let value = scopes.literal(argument) { decode(value, argument.position, type) }
      return
    }
    let names = table.fields.compactMap(\.name)
    if names.count == table.fields.count {
      check(table, type, signature)
      missing(names, call.position, type, signature)
    } else if names.isEmpty, !table.fields.contains(where: \.isComputed) {
      check(list: argument, table, type, signature)
    } else if !names.isEmpty, table.fields.contains(where: { $0.name == nil && !$0.isComputed }) {
      add(.wrong, table.position, "\(type.name): named arguments and list elements are mixed", Self.advice(type))
    }
  }

  private mutating func missing(
    _ given: [String], _ position: Position, _ type: any Primitive.Type, _ signature: Signature
  ) {
    for parameter in signature.parameters where parameter.isRequired && !given.contains(parameter.name) {
      add(
        .missing, position, "\(type.name) lacks its argument '\(parameter.name)'",
        "give \(parameter.name) = … (\(parameter.typeName))")
    }
  }

  /// Named arguments.
  private mutating func check(_ table: TableConstructor, _ type: any Primitive.Type, _ signature: Signature) {
    let before = found.count
    for field in table.fields {
      guard let name = field.name else { continue }
      guard let parameter = signature.parameters.first(where: { $0.name == name }) else {
        let known = signature.parameters.map(\.name)
        found.append(
          (
            .unknown,
            Problem(
              at: field.position, "\(type.name) has no argument '\(name)'", meant: name, among: known,
              otherwise: known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))")
          ))
        continue
      }
      if let message = problem(with: field.value, for: parameter, of: type) {
        add(
          .wrong, field.value.position, "\(type.name): argument '\(name)': \(message)",
          meant(field.value, parameter) ?? Self.advice(type))
      }
    }
    // What only all of them together can tell.
    guard found.count == before, let value = scopes.literal(.table(table)), !lacksWord(table, signature) else { return }
    decode(value, table.position, type)
  }

  /// A bare list: `apt.install { "git", "make" }`.
  private mutating func check(
    list: Expression, _ table: TableConstructor, _ type: any Primitive.Type, _ signature: Signature
  ) {
    if let value = scopes.literal(list) { return decode(value, table.position, type) }
    guard signature.parameters.first(where: \.isBare)?.luaType.hasSuffix("[]") != true else { return }
    let example = signature.parameters.first.map { "\(type.name) { \($0.name) = … }" } ?? "\(type.name) {}"
    add(.wrong, table.position, "\(type.name) takes named arguments, got a list", "write \(example)")
  }

  private mutating func decode(_ value: Value, _ position: Position, _ type: any Primitive.Type) {
    do throws(ArgumentError) {
      _ = try Signature.decode(type, [value])
    } catch {
      // Named arguments that are missing are found one by one.
      if value.map != nil, Signature(type).parameters.contains(where: { $0.isRequired && value[$0.name] == nil }) {
        return
      }
      add(.wrong, position, "\(error)", Self.advice(type))
    }
  }

  private func problem(
    with expression: Expression, for parameter: Signature.Parameter, of type: any Primitive.Type
  ) -> String? {
    if let value = scopes.literal(expression) {
      // nil is as good as nothing; where something is needed, it is missing.
      if value.isNull, !parameter.isRequired { return nil }
      return Signature.problem(with: value, for: parameter.name, of: type)
    }
    switch expression.bare {
    case .function: return "expected \(parameter.typeName), got a function"
    case .table where ["string", "integer", "boolean"].contains(parameter.typeName):
      return "expected \(parameter.typeName), got a table"
    default: return nil
    }
  }

  /// The word that a misspelt one meant.
  private func meant(_ expression: Expression, _ parameter: Signature.Parameter) -> String? {
    guard let word = scopes.literal(expression)?.string, parameter.luaType.hasPrefix("\"") else { return nil }
    let words = parameter.luaType.split(separator: "|").map { String($0.dropFirst().dropLast()) }
    return Suggestion.closest(to: word, in: words).map { "did you mean \"\($0)\"?" }
  }

  /// Whether the rule about what cannot be taken back has something to say.
  private func lacksWord(_ table: TableConstructor, _ signature: Signature) -> Bool {
    signature.wantsWord && (table["rollback"] == nil) == (table["irreversible"] == nil)
  }

  private static func advice(_ type: any Primitive.Type) -> String { "`vsrrun docs \(type.name)` tells its arguments" }
}

extension TableConstructor.Field {
  var isComputed: Bool { if case .computed = key { true } else { false } }
}

extension Signature {
  /// Whether a call has to say how it is taken back, or why it cannot be.
  var wantsWord: Bool { parameters.contains { $0.name == "irreversible" } }
}
