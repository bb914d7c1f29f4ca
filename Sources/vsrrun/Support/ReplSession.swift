import Engine
import Host
import Lua
import Primitives
import Values
import Views

/// What `vsrrun repl` keeps from line to line: the interpreter with its globals, and the machine.
final class ReplSession {
  /// What a line comes to.
  enum Answer {
    case nothing
    /// The value of an expression, as Lua.
    case value(String)
    case error(String)
  }

  private static let name = "repl"

  private let engine: Engine
  private let interpreter: Interpreter
  private let log: MemoryLog
  private var step: SingleStep?
  /// The statements that a line has left half written.
  private var unfinished = ""
  private var count = 0

  init(_ host: any Host, program: String, modules: ScriptSet) throws {
    engine = Engine(host: host) { event in
      guard event.entry.kind == .effect, event.entry["result"] != "held", event.entry["result"] != "failed" else {
        return
      }
      Console.progress("  \(Sentence.of(event.entry))")
    }
    engine.version = Version.text
    engine.program = program
    engine.tell = { Console.progress("  … \(Printable.text($0))") }
    log = MemoryLog(run: Self.name) { host.now }
    interpreter = try Interpreter(
      primitives: Registry.standard.names, library: modules.library, dialect: .repl)
  }

  /// Whether the next line goes on with a statement.
  var isUnfinished: Bool { !unfinished.isEmpty }

  /// Takes a line: runs what it completes.
  func take(_ line: String) async -> Answer {
    let text = unfinished.isEmpty ? line : "\(unfinished)\n\(line)"
    unfinished = ""
    guard !text.allSatisfy(\.isWhitespace) else { return .nothing }
    // The second one for a comment at its end.
    for source in ["return show(\(text))", "return show(\(text)\n)"] {
      let expression = Chunk(name: Self.name, source: source)
      if interpreter.check(expression) == nil { return await run(expression) }
    }
    let statements = Chunk(name: Self.name, source: text)
    guard let error = interpreter.check(statements) else { return await run(statements) }
    let asExpression = interpreter.check(Chunk(name: Self.name, source: "return \(text)"))
    if error.isUnfinished || asExpression?.isUnfinished == true {
      unfinished = text
      return .nothing
    }
    return .error("\(error)")
  }

  /// Says what is wrong with a statement that the end of input has cut off.
  func end() async -> Answer {
    guard isUnfinished, let error = interpreter.check(Chunk(name: Self.name, source: unfinished)) else {
      return .nothing
    }
    return .error("\(error)")
  }

  private func run(_ chunk: Chunk) async -> Answer {
    count += 1
    step = nil
    var outcome = interpreter.start(chunk)
    while true {
      switch outcome {
      case .finished(let value): return value.string.map(Answer.value) ?? .nothing
      case .failed(let error):
        return .error(Failure.text(error.description, error.traceback))
      case .call(let call): outcome = await resume(call)
      }
    }
  }

  private func resume(_ call: Call) async -> Outcome {
    if call.name == "note" {
      Console.output(Printable.text(call.arguments.first?.string ?? ""))
      return interpreter.resume(returning: nil)
    }
    if let word = call.runbookWord {
      return interpreter.resume(raising: "'\(word)' is a word of runbooks; here primitives are called at once")
    }
    if !engine.host.isModel, engine.registry[call.name] is any Effect.Type {
      return interpreter.resume(
        raising:
          "\(call.name) would change this machine, which is only looked at here: vsrrun repl --machine FILE works on "
          + "a model, and vsrrun machine capture -o FILE makes one of this machine")
    }
    do {
      // Each line is a step of its own, begun with its first call.
      let step: SingleStep
      if let begun = self.step {
        step = begun
      } else {
        step = try await SingleStep(
          engine, name: "line \(count)", log: log, entries: log.entries, place: call.place)
        self.step = step
      }
      switch await step.answer(call) {
      case .value(let value): return interpreter.resume(returning: value)
      case .raise(let text): return interpreter.resume(raising: text)
      case .over(let error): return .failed(interpreter.abort(Self.text(error)))
      }
    } catch {
      return .failed(interpreter.abort(Self.text(error)))
    }
  }

  private static func text(_ error: any Error) -> String {
    guard let rebooting = error as? Rebooting else { return "\(error)" }
    return "the machine has rebooted (\(rebooting.reason)); what the rest of the line was to do is not done"
  }
}

extension ScriptError {
  /// Whether the text only lacks its end.
  fileprivate var isUnfinished: Bool { kind == .syntax && (message.hasSuffix("<eof>") || message.hasSuffix("'<eof>'")) }
}
