import Engine
import Values

/// What a runbook says of itself: its call `runbook { … }`.
struct Header {
  var call: Call
  var table: TableConstructor?
  /// The local that its parameters are in.
  var variable: Int?
  /// What it says, where all of that stands in the text; or what is wrong with it.
  var runbook: Result<Runbook, ParameterProblem>?

  init(_ call: Call, _ scopes: Scopes) {
    self.call = call
    table = call.arguments.first?.table
    variable = scopes.variable(of: call)
    guard let argument = call.arguments.first, let value = scopes.literal(argument) else { return }
    do {
      runbook = .success(try Runbook(value))
    } catch {
      runbook = .failure(error)
    }
  }

  /// The parameters, where their names stand in the text.
  var declared: [TableConstructor.Field]? { table?["params"].map { $0.table?.namedFields } ?? [] }

  /// The engine API that the runbook needs.
  func api(_ scopes: Scopes) -> Int? {
    guard let table else { return nil }
    guard let given = table["api"] else { return 1 }
    return scopes.literal(given)?.integer
  }

  /// The default of a parameter, where it stands in the text.
  func defaultValue(of parameter: String, _ scopes: Scopes) -> Value? {
    table?["params"]?.table?[parameter]?.table?["default"].flatMap(scopes.literal)
  }
}

extension TableConstructor {
  /// The fields, if each has a name.
  var namedFields: [Field]? { fields.allSatisfy { $0.name != nil } ? fields : nil }
}
