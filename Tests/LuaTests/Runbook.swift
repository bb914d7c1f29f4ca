import Lua
import Values

/// Runs a script to its end, answering its calls as a host would.
struct Runbook {
  var limits = Limits()
  var primitives = ["test.echo", "test.fail", "sysfs.read", "sysfs.write"]
  var modules: [String: String] = [:]
  /// The recorded values of steps that are completed.
  var completed: [String: Value] = [:]
  var answers: (Call) -> Value = { $0.arguments.first ?? .null }

  struct Result {
    var outcome: Outcome
    var calls: [Call]
    var value: Value? { if case .finished(let value) = outcome { value } else { nil } }
    var error: ScriptError? { if case .failed(let error) = outcome { error } else { nil } }
    func arguments(_ name: String) -> [Value] { calls.filter { $0.name == name }.flatMap(\.arguments) }
  }

  func interpreter() throws(ScriptError) -> Interpreter {
    let modules = modules
    return try Interpreter(limits: limits, primitives: primitives) { name in
      modules[name].map { Chunk(name: "lib/\(name).lua", source: $0) }
    }
  }

  func run(_ source: String) throws(ScriptError) -> Result { try run(source, in: interpreter()) }

  func run(_ source: String, in interpreter: Interpreter) -> Result {
    finish(interpreter.start(Chunk(name: "test.lua", source: source)), in: interpreter)
  }

  func finish(_ outcome: Outcome, in interpreter: Interpreter) -> Result {
    var result = Result(outcome: outcome, calls: [])
    while case .call(let call) = result.outcome {
      result.calls.append(call)
      result.outcome = answer(call, in: interpreter)
    }
    return result
  }

  private func answer(_ call: Call, in interpreter: Interpreter) -> Outcome {
    let argument = call.arguments.first ?? .null
    switch call.name {
    case "test.fail": return interpreter.resume(raising: argument.string ?? "failed")
    case "step.begin":
      guard let name = argument["name"]?.string, let value = completed[name] else {
        return interpreter.resume(returning: ["completed": false])
      }
      return interpreter.resume(returning: ["completed": true, "value": value])
    case "step.end": return interpreter.resume(returning: argument["value"] ?? .null)
    default: return interpreter.resume(returning: answers(call))
    }
  }
}
