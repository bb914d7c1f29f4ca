public import Values

/// What a runbook says of itself in `runbook { … }`.
public struct Runbook: Sendable, Hashable {
  public var name: String
  public var version: String
  /// The engine API that it needs.
  public var api: Int
  public var summary: String
  public var parameters: [Parameter]
  /// Names of runbooks whose runs this one retires once it is done.
  public var ends: [String]
  /// The runbook that a site's one extends; its name is that one's.
  public var extends: String?

  /// The engine API of this version.
  public static let engineAPI = 1

  /// Reads the table that `runbook { … }` was called with.
  public init(_ table: Value) throws(ParameterProblem) {
    guard let map = table.map else {
      throw ParameterProblem("runbook takes a table: runbook { name = \"…\", version = \"…\" }")
    }
    let known = ["name", "version", "api", "summary", "params", "ends", "extends"]
    for key in map.keys where !known.contains(key) {
      throw ParameterProblem("runbook: no field '\(key)'" + Self.hint(key, known))
    }
    func text(_ key: String, _ fallback: String?) throws(ParameterProblem) -> String {
      guard let value = map[key] ?? fallback.map({ .string($0) }) else {
        throw ParameterProblem("runbook: the field '\(key)' is missing")
      }
      guard let text = value.string, !text.isEmpty || fallback != nil else {
        throw ParameterProblem("runbook: '\(key)': expected string, got \(value.shortText)")
      }
      return text
    }
    name = try text("name", nil)
    version = try text("version", nil)
    summary = try text("summary", "")
    guard let api = (map["api"] ?? 1).integer, api >= 1 else {
      throw ParameterProblem("runbook: 'api': expected integer, got \((map["api"] ?? nil).shortText)")
    }
    guard api <= Self.engineAPI else {
      throw ParameterProblem(
        "runbook: it needs engine API \(api), this vsrrun has \(Self.engineAPI); install a newer vsrrun")
    }
    self.api = api
    extends = map["extends"]?.string
    ends = (map["ends"]?.array ?? []).compactMap(\.string)
    if let given = map["ends"], ends.count != given.array?.count ?? given.map?.count {
      throw ParameterProblem("runbook: 'ends': expected a list of names of runbooks, got \(given.shortText)")
    }
    guard let declared = (map["params"] ?? [:]).map else {
      throw ParameterProblem(
        "runbook: 'params': expected a table of parameters by name, got \((map["params"] ?? nil).shortText)")
    }
    parameters = []
    for (name, declaration) in declared { parameters.append(try Parameter(name, declaration)) }
  }

  static func hint(_ name: String, _ known: [String]) -> String {
    if let suggestion = Suggestion.closest(to: name, in: known) { return "; did you mean '\(suggestion)'?" }
    return known.isEmpty ? "; there are none" : "; known are \(known.sorted().joined(separator: ", "))"
  }
}

/// What is wrong with a runbook's header or a parameter value; whoever knows the place adds it.
public struct ParameterProblem: Error, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
