import Engine
import MachineModel
import Values

/// What a test asks for by `rehearse { … }`.
struct RehearsalRequest {
  private static let fields = ["runbook", "step", "machine", "params", "faults", "until", "resume", "rollback"]

  /// The runbook; nil for a bare step.
  var runbook: String?
  /// A machine file's name, or a table of its fields.
  var machine: Value
  /// The rehearsal whose machine it goes on with.
  var after: Int?
  var params: ValueMap
  var faults: [Fault]
  var until: String?
  /// Whether it goes on once after a failure, the faults being gone.
  var resumes: Bool
  var rollsBack: Bool
  /// Where the rollback ends; nil: at the beginning.
  var checkpoint: String?

  init(_ argument: Value) throws {
    let map = argument.map ?? [:]
    func wrong(_ field: String, _ expected: String) -> TestError {
      TestError("rehearse: \(field): expected \(expected), got \((map[field] ?? nil).shortText)")
    }
    for key in map.keys where key != "after" && !Self.fields.contains(key) {
      throw TestError("rehearse: there is no field '\(key)'" + Suggestion.phrase(for: key, in: Self.fields))
    }
    for field in ["runbook", "until"] where map[field] != nil && map[field]?.string == nil {
      throw wrong(field, "a string")
    }
    if let params = map["params"], params.map == nil { throw wrong("params", "a table of values by name") }
    if let resume = map["resume"], resume.boolean == nil { throw wrong("resume", "a boolean") }
    if let rollback = map["rollback"], rollback.boolean == nil, rollback.string == nil {
      throw wrong("rollback", "true, or the name of a checkpoint")
    }
    runbook = map["runbook"]?.string
    guard (runbook == nil) != (map["step"] == nil) else {
      throw TestError("rehearse: give runbook = \"NAME\", or step = function() … end")
    }
    for field in ["params", "until", "resume"] where runbook == nil && map[field] != nil {
      throw TestError("rehearse: \(field) goes with runbook, and not with step")
    }
    machine = map["machine"] ?? "reference"
    after = map["after"]?.integer
    params = map["params"]?.map ?? [:]
    until = map["until"]?.string
    resumes = map["resume"]?.boolean ?? false
    checkpoint = map["rollback"]?.string
    rollsBack = checkpoint != nil || map["rollback"]?.boolean == true
    faults = try Self.faults(map["faults"] ?? [])
  }

  private static func faults(_ value: Value) throws -> [Fault] {
    let texts = value == [:] ? [] : value.array ?? [value]
    return try texts.map { text in
      guard let text = text.string else {
        throw TestError("rehearse: faults: expected a list of texts, got \(value.shortText)")
      }
      do { return try Fault(text) } catch { throw TestError("rehearse: faults: \(error)") }
    }
  }
}

/// What is wrong in a test file; raised where it stands.
struct TestError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
