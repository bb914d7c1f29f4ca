public import Values

/// One argument of a primitive: declared once, with its type, its documentation and its default.
///
/// The property's name, written as Lua writes names (`busName` is `bus_name`), is the argument's name. A property of
/// optional type may be left out; so may one with a default.
@propertyWrapper
public struct Argument<T: ArgumentValue> {
  private let box = Box()
  let doc: String
  let isBare: Bool
  let givenName: String?
  let defaultValue: T?

  private final class Box { var value: T? }

  /// - Parameters:
  ///   - doc: what it means, with its unit and form.
  ///   - bare: whether it may stand alone, without a table, where it is the only one given.
  ///   - name: its name in Lua, where the property has to be called otherwise.
  public init(_ doc: String, bare: Bool = false, named name: String? = nil) {
    self.doc = doc
    self.isBare = bare
    self.givenName = name
    self.defaultValue = nil
  }

  public init(wrappedValue: T, _ doc: String, bare: Bool = false, named name: String? = nil) {
    self.doc = doc
    self.isBare = bare
    self.givenName = name
    self.defaultValue = wrappedValue
  }

  public var wrappedValue: T {
    get { box.value ?? defaultValue ?? T.blank }
    nonmutating set { box.value = newValue }
  }
}

/// What a signature needs to know of an `@Argument`, whatever its type.
protocol AnyArgument {
  var doc: String { get }
  var isBare: Bool { get }
  var givenName: String? { get }
  var isRequired: Bool { get }
  var defaultText: String? { get }
  var type: any ArgumentValue.Type { get }
  var value: Value { get }
  func set(_ value: Value) throws(ArgumentProblem)
}

extension Argument: AnyArgument {
  var isRequired: Bool { defaultValue == nil && !T.isOptional }
  var type: any ArgumentValue.Type { T.self }
  var defaultText: String? { defaultValue?.argument.luaText }
  var value: Value { wrappedValue.argument }
  func set(_ value: Value) throws(ArgumentProblem) { box.value = try T(argument: value) }
}

/// A type that an argument can have.
public protocol ArgumentValue {
  /// The words for the type in documentation and error texts: `string`, `PCI address such as 0000:81:00.0`.
  static var typeName: String { get }
  /// The type in the editor definitions' (LuaCATS) words.
  static var luaType: String { get }
  static var isOptional: Bool { get }
  /// Whether a ``SecretReference`` can stand anywhere in it: only there a script's secret is accepted.
  static var takesSecrets: Bool { get }
  /// Stands where nothing was decoded yet.
  static var blank: Self { get }

  init(argument: Value) throws(ArgumentProblem)

  /// This value as it came, for records: decoding it again gives the same.
  var argument: Value { get }
}

extension ArgumentValue {
  public static var luaType: String { "string" }
  public static var isOptional: Bool { false }
  public static var takesSecrets: Bool { false }

  /// What to throw where `value` is not of this type.
  public static func mismatch(_ value: Value) -> ArgumentProblem {
    // What came in the place of a secret may be the secret itself.
    ArgumentProblem("expected \(typeName), got \(takesSecrets ? "a \(value.kind)" : value.shortText)")
  }
}

/// Why a value does not fit an argument; the decoder adds which argument of which primitive.
public struct ArgumentProblem: Error {
  public var message: String
  public init(_ message: String) { self.message = message }
}

/// Arguments that do not fit the signature: primitive, argument, expected, got.
public struct ArgumentError: Error, Hashable, CustomStringConvertible {
  public var primitive: String
  public var argument: String?
  public var message: String

  public init(_ primitive: String, _ argument: String?, _ message: String) {
    self.primitive = primitive
    self.argument = argument
    self.message = message
  }

  public var description: String {
    primitive + ": " + (argument.map { "argument '\($0)': " } ?? "") + message
  }
}
