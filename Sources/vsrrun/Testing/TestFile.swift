import Engine
import Glibc
import LiveHost
import Lua
import MachineModel
import Primitives
import Values

/// A `*_test.lua` file: the tests that it declares, each run by itself.
///
/// The file is a script in the sandbox of runbooks, with `describe`, `it`, `rehearse` and `expect` besides. Nothing in it
/// reaches this machine: primitives work on the models of rehearsals, and stand only in their steps.
final class TestFile {
  /// One `it`.
  struct Test {
    /// With those of the `describe`s around it: `versions > refuses old ones`.
    var name: String
    fileprivate var id: String
    fileprivate var place: SourcePlace
  }

  let path: String
  private(set) var tests: [Test] = []
  private(set) var snapshots: SnapshotFile
  private let loader: ScriptLoader
  private let machines: MachineShelf
  private let interpreter: Interpreter
  private let chunk: Chunk
  /// Whether snapshots are written instead of compared.
  private let isUpdate: Bool
  /// Gets what the file prints.
  private let print: (String) -> Void

  private var scripts: [String: ScriptSet] = [:]
  private var rehearsals: [Rehearsal] = []
  /// The rehearsal whose step is being run, and what it was asked for by.
  private var open: (rehearsal: Rehearsal, request: RehearsalRequest)?
  private var started = 0

  /// Processor time of one test, in seconds: enough for some dozens of installs.
  private static let timeLimit = 60

  init(
    _ path: String, _ loader: ScriptLoader, _ machines: MachineShelf, isUpdate: Bool, print: @escaping (String) -> Void
  ) throws {
    self.path = path
    self.loader = loader
    self.machines = machines
    self.isUpdate = isUpdate
    self.print = print
    let files = try loader.test(at: path)
    chunk = files.runbook
    interpreter = try Interpreter(primitives: Registry.standard.names, library: files.library, dialect: .test)
    snapshots = try SnapshotFile(beside: path)
  }

  // MARK: Running

  /// Runs the file itself, which declares its tests. Answers what is wrong with it.
  func load() async -> String? {
    if let error = await drive({ $0.start(self.chunk) }) { return Failure.text(error.description, error.traceback) }
    return tests.isEmpty ? "\(path):1: the file has no test: it(\"what it does\", function() … end)" : nil
  }

  /// Why a test failed; nil if it passed.
  func run(_ test: Test) async -> String? {
    guard let error = await drive({ $0.start(.test, ofStep: test.id) }) else { return nil }
    var text = Failure.text(error.description, error.traceback)
    if error.place == nil { text = "\(test.place): \(text)" }
    return text
  }

  private func drive(_ start: (Interpreter) -> Outcome?) async -> ScriptError? {
    started = Self.processorTime
    defer { open = nil }
    guard var outcome = start(interpreter) else { return nil }
    while true {
      switch outcome {
      case .finished: return nil
      case .failed(let error): return error
      case .call(let call):
        let answer: Result<Value, any Error>
        do { answer = .success(try await self.answer(call)) } catch { answer = .failure(error) }
        if isOverdue {
          return interpreter.abort("the test took \(Self.timeLimit) seconds of processor time; does it end?")
        }
        outcome =
          switch answer {
          case .success(let value): interpreter.resume(returning: value)
          case .failure(let error): interpreter.resume(raising: "\(error)")
          }
      }
    }
  }

  private var isOverdue: Bool { Self.processorTime - started > Self.timeLimit }

  private static var processorTime: Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec
  }

  /// Writes the snapshots as the tests have set them; drops those that none has asked for.
  func storeSnapshots(dropsUnused: Bool) throws {
    if dropsUnused { snapshots.removeUnused() }
    try snapshots.store()
  }

  // MARK: Answers

  private func answer(_ call: Call) async throws -> Value {
    let argument = call.arguments.first ?? nil
    switch call.name {
    case "test.it":
      tests.append(Test(name: argument["name"]?.string ?? "", id: argument["id"]?.string ?? "", place: call.place))
      return nil
    case "test.rehearse": return try await rehearse(argument, at: call.place)
    case "test.end": return try await endStep(argument, at: call.place)
    case "test.snapshot": return try compare(argument)
    case "test.difference":
      return .string(LineDifference.text(argument["wanted"]?.string ?? "", argument["got"]?.string ?? ""))
    case "note" where open == nil:
      print(argument.string ?? "")
      return nil
    default:
      if let word = call.runbookWord {
        throw TestError("'\(word)' is a word of runbooks; a test rehearses one: rehearse { runbook = \"NAME\" }")
      }
      guard let open else {
        throw TestError(
          "\(call.name) stands outside of a step, and a test touches no machine: rehearse { step = function() … end }")
      }
      return try await open.rehearsal.answer(call)
    }
  }

  private func rehearse(_ argument: Value, at place: SourcePlace) async throws -> Value {
    guard open == nil else { throw TestError("rehearse stands inside the step of a rehearsal; it belongs outside") }
    let request = try RehearsalRequest(argument)
    let machine: Machine
    if let after = request.after, rehearsals.indices.contains(after) {
      machine = rehearsals[after].model.machine
    } else {
      machine = try machines.machine(request.machine, from: folder, at: place)
    }
    let interruptedBy = { [unowned self] in isOverdue ? "the time limit of tests" : nil }
    let rehearsal = Rehearsal(machine, faults: request.faults, interruptedBy: interruptedBy)
    guard let name = request.runbook else {
      try await rehearsal.beginStep(at: place)
      open = (rehearsal, request)
      return ["step": true]
    }
    let scripts = try scripts(name)
    if let until = request.until, let problem = scripts.problem(withUntil: until) {
      // It speaks of the option; here it is a field.
      throw TestError("rehearse: \(problem.replacing("--until", with: "until"))")
    }
    let given = try loader.given(scripts) + request.params.map { ($0.key, GivenValue($0.value, origin: "\(place)")) }
    await rehearsal.run(scripts, given: given, request)
    return try keep(rehearsal)
  }

  private func endStep(_ outcome: Value, at place: SourcePlace) async throws -> Value {
    guard let (rehearsal, request) = open else { throw TestError("rehearse: no step is being run") }
    if try await rehearsal.endStep(outcome, rollsBack: request.rollsBack, at: place) { return ["step": true] }
    open = nil
    return try keep(rehearsal)
  }

  private func keep(_ rehearsal: Rehearsal) throws -> Value {
    rehearsals.append(rehearsal)
    return try rehearsal.answer(id: rehearsals.count - 1)
  }

  private var folder: String { FileName.folder(of: path) }

  /// A runbook by its path from this file, or by its name.
  private func scripts(_ runbook: String) throws -> ScriptSet {
    if let known = scripts[runbook] { return known }
    let own = runbook.hasPrefix("/") ? runbook : "\(folder)/\(runbook)"
    let isPath = runbook.contains("/") || runbook.hasSuffix(".lua")
    let found = try loader.load(isPath && loader.isFile(own) ? own : runbook)
    scripts[runbook] = found
    return found
  }

  private func compare(_ argument: Value) throws -> Value {
    let name = argument["name"]?.string ?? ""
    let text: String
    if let id = argument["rehearsal"]?.integer, rehearsals.indices.contains(id) {
      text = EffectLines(rehearsals[id].log.entries).lines.joined(separator: "\n")
    } else {
      text = argument["text"]?.string ?? ""
    }
    if isUpdate {
      try snapshots.set(name, text)
      return nil
    }
    return try snapshots.difference(name, text).map(Value.string) ?? nil
  }
}
