public import Lua
public import Values

/// A step without a runbook: whoever has it performs primitives in it, call by call, and says how it ends. The tests of
/// modules and the repl are made of such steps.
public final class SingleStep {
  /// How a call is to be answered.
  public enum Answer {
    case value(Value)
    /// By an error with this text, which the script may catch.
    case raise(String)
    /// Not any more: the step is over.
    case over(any Error)
  }

  private let engine: Engine
  private let script: ScriptRun

  /// Begins the step.
  ///
  /// - Parameters:
  ///   - log: where its entries go, behind those that `entries` are.
  ///   - place: where it was asked for.
  public init(_ engine: Engine, name: String, log: any RunLog, entries: [Entry] = [], place: SourcePlace) async throws {
    self.engine = engine
    let ledger = engine.ledger(log, entries: entries)
    let action: Value = entries.isEmpty ? "run" : "resume"
    try ledger.record(.runStarted, ["action": action, "runbook": .string(name), "host": .string(engine.host.name)])
    script = try ScriptRun(engine, ScriptSet([]), .run, ledger: ledger) { _ in ledger }
    let description: Value = ["name": .string(name), "options": [:]]
    _ = try await script.answer(Call(name: "step.begin", arguments: [description], place: place))
  }

  /// What a call of a primitive, or a note, comes to.
  public func answer(_ call: Call) async -> Answer {
    do {
      return .value(try await script.answer(call))
    } catch {
      return script.raisable(error).map(Answer.raise) ?? .over(error)
    }
  }

  /// Ends it with the value that it answers.
  public func end(returning value: Value, at place: SourcePlace) async -> RunEnd {
    do {
      _ = try await script.answer(Call(name: "step.end", arguments: [["value": value]], place: place))
      return try engine.finish(script.ledger, .done)
    } catch {
      return await end(failing: error)
    }
  }

  /// Ends it as a run ends that this stops: failed, interrupted, rebooting.
  public func end(failing error: any Error) async -> RunEnd { await engine.end(script, error) }
}
