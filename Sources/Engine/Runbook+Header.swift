import Lua

extension Runbook {
  /// Reads what a runbook says of itself, and executes nothing after that.
  ///
  /// - Throws: ``RunError`` with the place, if it cannot be read or is no runbook.
  public init(headerOf scripts: ScriptSet) throws {
    let interpreter = try Interpreter(primitives: [], library: scripts.library)
    switch interpreter.start(scripts.runbook) {
    case .call(let call) where call.name == "runbook":
      do throws(ParameterProblem) {
        try self.init(call.arguments.first ?? nil)
      } catch {
        throw RunError.wrong("\(call.place): \(error)")
      }
    case .failed(let error): throw RunError.wrong(error.description)
    case .call(let call): throw RunError.wrong("\(call.place): runbook { … } has to come first")
    case .finished:
      throw RunError.wrong("\(scripts.runbook.name):1: not a runbook: it never calls runbook { … }")
    }
  }
}
