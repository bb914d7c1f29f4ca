public import Values

/// The arguments of a primitive, read off its `@Argument` properties.
public struct Signature {
  public struct Parameter: Sendable {
    public var name: String
    public var typeName: String
    public var luaType: String
    public var doc: String
    public var isRequired: Bool
    /// The default as Lua writes it; nil where there is none.
    public var defaultText: String?
    public var isBare: Bool
  }

  public var parameters: [Parameter]

  public init(_ type: any Primitive.Type) {
    parameters = Self.arguments(of: type.init()).map { name, argument in
      Parameter(
        name: name, typeName: argument.type.typeName, luaType: argument.type.luaType, doc: argument.doc,
        isRequired: argument.isRequired, defaultText: argument.defaultText, isBare: argument.isBare)
    }
  }

  /// Makes a primitive of the arguments of a call: one table, a lone bare value, or nothing.
  ///
  /// - Parameter secrets: what a script's handles stand for; records hold none.
  public static func decode<P: Primitive>(
    _ type: P.Type, _ arguments: [Value], secrets: Secrets = Secrets()
  ) throws(ArgumentError) -> P {
    let primitive = type.init()
    let declared = Self.arguments(of: primitive)
    for (name, value) in try named(arguments, for: type, declared) {
      guard let argument = declared.first(where: { $0.name == name })?.argument else {
        let names = declared.map(\.name)
        let suggestion = Suggestion.closest(to: name, in: names).map { "; did you mean '\($0)'?" }
        let known = names.isEmpty ? "it takes none" : "it takes \(names.joined(separator: ", "))"
        throw ArgumentError(type.name, nil, "no argument '\(name)'" + (suggestion ?? "; \(known)"))
      }
      do {
        try argument.set(plain(value, for: argument.type, secrets))
      } catch {
        throw ArgumentError(type.name, name, error.message)
      }
    }
    try primitive.validate()
    return primitive
  }

  /// Why a value does not fit an argument, as decoding would say it; nil if it fits, or there is no such argument.
  public static func problem(with value: Value, for name: String, of type: any Primitive.Type) -> String? {
    guard let argument = arguments(of: type.init()).first(where: { $0.name == name })?.argument else { return nil }
    do {
      try argument.set(value)
      return nil
    } catch {
      return error.message
    }
  }

  /// `value` with references in the place of handles, for an argument that takes secrets.
  private static func plain(
    _ value: Value, for type: any ArgumentValue.Type, _ secrets: Secrets
  ) throws(ArgumentProblem) -> Value {
    guard let handle = value.handles.first else { return value }
    guard type.takesSecrets else {
      throw ArgumentProblem("expected \(type.typeName); a \(handle.kind) goes only where one is expected")
    }
    return value.replacingHandles { handle in secrets.reference(handle)?.argument ?? .handle(handle) }
  }

  /// The secrets that a primitive's arguments refer to.
  public static func secrets(of primitive: some Primitive) -> [SecretReference] {
    arguments(of: primitive).filter { $0.argument.type.takesSecrets }.flatMap {
      SecretReference.all(in: $0.argument.value)
    }
  }

  private static func named<P: Primitive>(
    _ arguments: [Value], for type: P.Type, _ declared: [(name: String, argument: any AnyArgument)]
  ) throws(ArgumentError) -> ValueMap {
    guard !declared.isEmpty || arguments.allSatisfy({ $0.isNull || $0 == [:] || $0 == [] }) else {
      throw ArgumentError(type.name, nil, "takes no arguments, got \(arguments[0].shortText)")
    }
    guard arguments.count <= 1 else {
      throw ArgumentError(type.name, nil, "takes one table of arguments, got \(arguments.count) values")
    }
    let bare = declared.first { $0.argument.isBare }
    let mayBeSecret = declared.contains { $0.argument.type.takesSecrets }
    var named: ValueMap = [:]
    switch arguments.first {
    case nil, .null, .array([]): break
    case .map(let map): named = map
    case .array where bare?.argument.type.luaType.hasSuffix("[]") != true, .some where bare == nil:
      let example = declared.first.map { " such as { \($0.name) = … }" } ?? ""
      throw ArgumentError(
        type.name, nil,
        "takes a table of named arguments\(example), got \(mayBeSecret ? "a \(arguments[0].kind)" : arguments[0].shortText)"
      )
    case .some(let value):
      if let bare { named[bare.name] = value }
    }
    for (name, argument) in declared where argument.isRequired && named[name] == nil {
      throw ArgumentError(type.name, name, "is missing; expected \(argument.type.typeName)")
    }
    return named
  }

  fileprivate static func arguments(of primitive: some Primitive) -> [(name: String, argument: any AnyArgument)] {
    Mirror(reflecting: primitive).children.compactMap { label, child in
      guard let label, let argument = child as? any AnyArgument else { return nil }
      return (argument.givenName ?? luaName(label.drop { $0 == "_" }), argument)
    }
  }

  /// `busName` as Lua writes names: `bus_name`.
  private static func luaName(_ name: some StringProtocol) -> String {
    var text = ""
    for character in name {
      if character.isUppercase { text += "_" }
      text += character.lowercased()
    }
    return text
  }
}

extension Primitive {
  /// The arguments by name, as the journal records them: decoding them again gives the same primitive.
  public var arguments: Value {
    var map: ValueMap = [:]
    for (name, argument) in Signature.arguments(of: self) where !argument.value.isNull { map[name] = argument.value }
    return .map(map)
  }
}
