import Lua
import Values

/// What a runbook says of a step: `step(name, { doc = …, boot = … }, body)`.
struct StepOptions {
  var name: String
  var doc: String
  /// Whether a reboot loses its effects.
  var isBoot: Bool
  var irreversible: String?
  /// The functions given: `check`, `rollback`.
  var functions: [String]

  init(_ call: Call) throws {
    let argument = call.arguments.first ?? nil
    guard let name = argument["name"]?.string, !name.isEmpty else {
      throw RunError.wrong("\(call.place): a step needs a name: step(\"name\", function() … end)")
    }
    let options = argument["options"]?.map ?? [:]
    let known = ["doc", "boot", "irreversible", "check", "rollback"]
    for key in options.keys where !known.contains(key) {
      throw RunError.wrong("\(call.place): step '\(name)': no option '\(key)'" + Runbook.hint(key, known))
    }
    func wrong(_ option: String, _ expected: String) -> RunError {
      RunError.wrong(
        "\(call.place): step '\(name)': \(option): expected \(expected), got \((options[option] ?? nil).shortText)")
    }
    for option in ["doc", "irreversible"] where options[option] != nil && options[option]?.string == nil {
      throw wrong(option, "string")
    }
    if options["irreversible"]?.string == "" { throw wrong("irreversible", "the reason") }
    if options["boot"] != nil, options["boot"]?.boolean == nil { throw wrong("boot", "boolean") }
    for option in ["check", "rollback"] where options[option] != nil { throw wrong(option, "function") }
    self.name = name
    doc = options["doc"]?.string ?? ""
    isBoot = options["boot"]?.boolean ?? false
    irreversible = options["irreversible"]?.string
    functions = argument["functions"]?.array?.compactMap(\.string) ?? []
  }

  /// A step as the history remembers it.
  init(_ memory: History.StepMemory) {
    name = memory.name
    doc = ""
    isBoot = memory.isBoot
    irreversible = memory.irreversible
    functions = memory.functions
  }
}
