public import Values

/// Something a runbook can ask of the machine, known to Lua as `namespace.verb`.
///
/// A primitive is a struct whose `@Argument` properties are its signature. From this one definition come argument
/// checking, plan, idempotency, verification, rollback and the reference documentation.
public protocol Primitive {
  /// `namespace.verb`, as Lua calls it.
  static var name: String { get }
  /// One sentence: what is true afterwards (an effect) or what is answered (a query).
  static var summary: String { get }
  /// More for the reference page: rules, sources of facts, documented steps.
  static var details: String { get }
  /// What Lua gets back.
  static var answers: String { get }
  /// The type of that, in the words of the editor definitions (LuaCATS).
  static var answerType: String { get }
  /// What it refuses and how it fails, besides arguments of a wrong type.
  static var errors: String { get }
  /// A call as it would stand in a runbook.
  static var example: String { get }
  /// The engine API that first had it.
  static var since: Int { get }

  init()

  /// Checks what the types of the arguments cannot say.
  func validate() throws(ArgumentError)
}

extension Primitive {
  public static var details: String { "" }
  public static var answerType: String { "any" }
  public static var errors: String { "" }
  public static var since: Int { 1 }
  public func validate() throws(ArgumentError) {}

  /// The part of the name before the dot.
  public static var namespace: String { String(name.prefix { $0 != "." }) }
}

/// A primitive that only reads.
public protocol Query: Primitive {
  func answer(_ context: Context) async throws -> Value
}

/// A primitive that changes the machine: it knows how to observe, how to apply and how to undo.
///
/// The engine calls them in the order of an effect's life: observe, and if the wanted state does not hold, record the
/// state, apply, and observe again. What apply returns proves nothing; only the second observation does.
public protocol Effect: Primitive {
  /// The whole footprint that undo restores, as observed.
  associatedtype State: Codable & Equatable

  /// What an undo does, for the reference page.
  static var undoing: String { get }

  /// What is changed; with the step and the primitive's name it identifies the effect in the journal.
  var target: String { get }

  /// Reads the machine; changes nothing.
  func observe(_ context: Context) async throws -> State

  /// Whether the wanted state holds.
  func holds(_ state: State) -> Bool

  /// The same where an intent is open: an earlier try was begun in the state `intent`.
  func holds(_ state: State, since intent: State?) -> Bool

  /// Why the wanted state does not hold after apply, and what to do; nil where there is nothing to add.
  func shortfall(_ state: State) -> String?

  /// Brings the wanted state about. It may run again after it was cut off at any point.
  func apply(_ context: Context, from state: State) async throws

  /// Mends what an apply that was cut off, or failed, left behind, before it is applied again.
  func recover(_ context: Context) async throws

  /// The same where it matters what stood there when the try was begun, in the state `intent`.
  func recover(_ context: Context, since intent: State) async throws

  /// Brings the state `before` back. `after` is what our apply was seen to have made (nil if it was cut off), `now` what
  /// was just observed.
  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws

  /// Whether `state` counts as `before` when an undo is verified.
  func isUndone(_ state: State, before: State) -> Bool

  /// What Lua gets back.
  func answer(_ state: State, changed: Bool) -> Value

  /// Why this cannot be undone, if it cannot.
  var irreversible: String? { get }

  /// What undo does not cover; a rollback lists it.
  var uncovered: [String] { get }

  /// What stays once it is undone and is in nobody's way: what a program that it brought did to the kernel, until the next boot.
  /// A rollback notes it.
  var remains: String? { get }

  /// When a rollback undoes it.
  static var undoOrder: UndoOrder { get }

  /// Whether it takes hold only at the next reboot, undo included.
  static var needsReboot: Bool { get }

  /// The primitive that makes what this one works in: once that is undone, what this one made is gone with it.
  static var container: String? { get }
}

/// When a rollback undoes an effect.
public enum UndoOrder: Sendable {
  /// In reverse order of the records.
  case reverse
  /// After everything else was undone, in the order of the records: a service is restarted once its former files are back.
  case last
}

extension Effect {
  public static var answers: String {
    "`true` if it changed the machine in this run, `false` if the wanted state held already"
  }
  public static var answerType: String { "boolean" }
  public static var undoing: String { "What was observed before is brought back." }
  public static var undoOrder: UndoOrder { .reverse }
  public static var needsReboot: Bool { false }
  public static var container: String? { nil }
  public func shortfall(_ state: State) -> String? { nil }
  public var irreversible: String? { nil }
  public var uncovered: [String] { [] }
  public var remains: String? { nil }
  public func holds(_ state: State, since intent: State?) -> Bool { holds(state) }
  public func recover(_ context: Context) async throws {}
  public func recover(_ context: Context, since intent: State) async throws { try await recover(context) }
  public func isUndone(_ state: State, before: State) -> Bool { state == before }
  public func answer(_ state: State, changed: Bool) -> Value { .boolean(changed) }
}
