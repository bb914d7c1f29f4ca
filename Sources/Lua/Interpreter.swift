internal import CLuaBridge
public import Values

/// A sandboxed Lua 5.4 that runs scripts slice by slice.
///
/// A script runs until it calls a primitive, ends or fails; the ``Outcome`` says which. The host answers a call with
/// ``resume(returning:)`` or ``resume(raising:)`` in its own time, with no frame of Lua on the stack. Coroutines nest:
/// while a script waits, the function of a step can be started, and answers go to the innermost until it ends.
///
/// An interpreter is used by one thread at a time, which needs a stack of 1 MiB or more.
public final class Interpreter {
  /// Finds the source of the module that a script requires, or nil if there is none. What it throws is raised at the
  /// `require`. It is asked at most once for each module that loads.
  public typealias ModuleFinder = (_ name: String) throws -> Chunk?

  private let limits: Limits
  private let library: Library
  private var bridge: OpaquePointer?
  /// The names of chunks by the names that Lua shows for them.
  private var chunkNames: [String: String] = [:]
  /// The errors that kept modules from being compiled, by what was raised for them at the `require`.
  private var moduleErrors: [String: ScriptError] = [:]

  /// Makes an interpreter with the prelude run and the sandbox closed.
  ///
  /// - Parameters:
  ///   - primitives: names of the form `namespace.verb`; scripts see a global table for each namespace.
  ///   - library: what scripts find besides themselves.
  ///   - dialect: which words they find.
  /// - Throws: kind ``ScriptError/Kind/memory`` if the limit does not even hold the libraries; kind
  ///   ``ScriptError/Kind/runtime`` if a name has another form, or its namespace is one of Lua's own names.
  public init(
    limits: Limits = Limits(), primitives: [String], library: Library, dialect: Dialect = .runbook
  ) throws(ScriptError) {
    self.limits = limits
    self.library = library
    var bridgeLimits = limits.forBridge
    bridge = bridge_open(&bridgeLimits)
    guard let bridge else { throw memoryError() }
    let names = Packer.pack(.array(primitives.map(Value.string)))
    var outcome = bridge_outcome()
    var prelude = Prelude.source(dialect)
    let isPrepared = prelude.withUTF8 { prelude in
      prelude.withMemoryRebound(to: CChar.self) {
        bridge_prepare(bridge, $0.baseAddress, $0.count, names, names.count, &outcome)
      }
    }
    guard isPrepared else { throw error(outcome) }
  }

  /// The same where `require` alone finds anything.
  public convenience init(
    limits: Limits = Limits(), primitives: [String], modules: @escaping ModuleFinder = { _ in nil }
  ) throws(ScriptError) {
    try self.init(limits: limits, primitives: primitives, library: Library(module: modules))
  }

  deinit { close() }

  /// Frees the state. Returns the bytes that it had lost sight of, always 0.
  @discardableResult
  package func close() -> Int {
    guard let bridge else { return 0 }
    self.bridge = nil
    return bridge_close(bridge)
  }

  /// Whether a call waits for an answer.
  public var isWaiting: Bool { bridge.map { bridge_depth($0) > 0 } ?? false }

  /// Begins a script as the innermost coroutine, and runs it until its first call or its end.
  public func start(_ chunk: Chunk) -> Outcome {
    if let error = load(chunk) { return .failed(error) }
    return run { bridge, outcome in
      let arguments = Packer.pack([])
      bridge_start(bridge, arguments, arguments.count, &outcome)
    }
  }

  /// Begins a function that a step has left, as the innermost coroutine. Nil if the step has left none.
  ///
  /// It can be called while the script waits in `step.begin`, and at any time after.
  public func start(_ function: StepFunction, ofStep step: String, arguments: [Value] = []) -> Outcome? {
    guard let bridge else { return .failed(memoryError()) }
    var outcome = bridge_outcome()
    var step = step
    let isFound = step.withUTF8 { step in
      step.withMemoryRebound(to: CChar.self) {
        bridge_load_function(bridge, $0.baseAddress, $0.count, function.rawValue, &outcome)
      }
    }
    guard isFound else { return outcome.failure.rawValue == 0 ? nil : .failed(error(outcome)) }
    return run { bridge, outcome in
      let arguments = Packer.pack(.array(arguments))
      bridge_start(bridge, arguments, arguments.count, &outcome)
    }
  }

  /// Lets the call that waits return a value, and runs the innermost coroutine until its next call or its end.
  ///
  /// ``Value/null`` is nil to the script, and inside arrays and maps its `null`.
  public func resume(returning value: Value) -> Outcome {
    answer(BRIDGE_RETURN, Packer.pack(value))
  }

  /// Lets the call that waits raise a message, with `file:line: ` of the call before it.
  public func resume(raising message: String) -> Outcome {
    answer(BRIDGE_RAISE, Array(message.utf8))
  }

  /// Ends the innermost coroutine where it waits: no `pcall` and nothing else of the script runs.
  ///
  /// Returns the error of kind ``ScriptError/Kind/aborted``, with the place of the call and the traceback.
  public func abort(_ message: String) -> ScriptError {
    var outcome = bridge_outcome()
    if let bridge { bridge_abort(bridge, &outcome) }
    var error = error(outcome)
    error.kind = .aborted
    error.message = message
    return error
  }

  /// Compiles a script without running it. Nil if it is good.
  public func check(_ chunk: Chunk) -> ScriptError? { load(chunk) }

  // MARK: Slices

  private func answer(_ answer: bridge_answer, _ bytes: [UInt8]) -> Outcome {
    run { bridge, outcome in bridge_resume(bridge, answer, bytes, bytes.count, &outcome) }
  }

  /// Runs a slice, and the next ones as long as the script only asks for what the interpreter itself answers.
  private func run(_ slice: (OpaquePointer, inout bridge_outcome) -> Void) -> Outcome {
    guard let bridge else { return .failed(memoryError()) }
    var outcome = bridge_outcome()
    slice(bridge, &outcome)
    while outcome.event == BRIDGE_CALL, let answer = internalAnswer(to: outcome) {
      bridge_resume(bridge, answer.form, answer.bytes, answer.bytes.count, &outcome)
    }
    return switch outcome.event {
    case BRIDGE_CALL:
      .call(Call(name: name(outcome), arguments: packedValue(outcome).array ?? [], place: place(outcome)))
    case BRIDGE_FINISHED: .finished(packedValue(outcome))
    default: .failed(error(outcome))
    }
  }

  private func internalAnswer(to outcome: bridge_outcome) -> (form: bridge_answer, bytes: [UInt8])? {
    switch name(outcome) {
    case ".missing":
      let arguments = packedValue(outcome).array ?? []
      let texts = arguments.prefix(2).map { $0.string ?? "" }
      guard texts.count == 2, let candidates = arguments.last?.array else { return (BRIDGE_RAISE, []) }
      let suggestion = Suggestion.phrase(for: texts[1], in: candidates.lazy.compactMap(\.string))
      return (BRIDGE_RAISE, Array((texts[0] + suggestion).utf8))
    case ".require":
      return module(named: argument(outcome))
    case ".modules":
      return (BRIDGE_RETURN, Packer.pack(.array(library.modules(argument(outcome)).map(Value.string))))
    case ".steps":
      let names = library.steps(argument(outcome))
      return (BRIDGE_RETURN, Packer.pack(names.map { .array($0.map(Value.string)) } ?? .null))
    case ".base":
      let name = argument(outcome)
      return loaded(library.base(name), orRaise: "there is no runbook '\(name)' to extend")
    default: return nil
    }
  }

  /// The one text that the interpreter is asked with.
  private func argument(_ outcome: bridge_outcome) -> String { packedValue(outcome).array?.first?.string ?? "" }

  // MARK: Loading

  private func load(_ chunk: Chunk) -> ScriptError? {
    guard let bridge else { return memoryError() }
    do throws(ScriptError) {
      let source = try chunk.text()
      chunkNames[chunk.shownName] = chunk.name
      var outcome = bridge_outcome()
      let isLoaded = source.withUnsafeBytes { source in
        source.withMemoryRebound(to: CChar.self) {
          bridge_load(bridge, $0.baseAddress, $0.count, "@" + chunk.shownName, &outcome)
        }
      }
      if isLoaded { return nil }
      var error = error(outcome)
      if error.place == nil, error.kind == .syntax {
        // The compiler's own stack has an end, which knows no line.
        error.place = SourcePlace(file: chunk.name, line: 1)
        error.message = "the text is nested too deeply: \(error.message)"
      }
      return error
    } catch {
      return error
    }
  }

  private func module(named name: String) -> (form: bridge_answer, bytes: [UInt8]) {
    guard Self.isModuleName(name) else {
      let form = "words of letters, digits, _ and -, joined by dots"
      return (BRIDGE_RAISE, Array("'\(name)' is no module name: \(form)".utf8))
    }
    do {
      return loaded(try library.module(name), orRaise: "no module '\(name)'")
    } catch {
      return (BRIDGE_RAISE, Array("\(error)".utf8))
    }
  }

  private func loaded(_ chunk: Chunk?, orRaise absence: String) -> (form: bridge_answer, bytes: [UInt8]) {
    guard let chunk else { return (BRIDGE_RAISE, Array(absence.utf8)) }
    guard let error = load(chunk) else { return (BRIDGE_RETURN_LOADED, []) }
    moduleErrors[error.description] = error
    return (BRIDGE_RAISE_BARE, Array(error.description.utf8))
  }

  /// Only such names reach the finder, so that none can lead out of its folders.
  private static func isModuleName(_ name: String) -> Bool {
    name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty
        && word.allSatisfy {
          switch $0 {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
          default: false
          }
        }
    }
  }

  // MARK: What the bridge shows

  private func name(_ outcome: bridge_outcome) -> String { outcome.name.map { String(cString: $0) } ?? "" }

  private func place(_ outcome: bridge_outcome) -> SourcePlace {
    let file = outcome.file.map { String(cString: $0) } ?? ""
    return SourcePlace(file: chunkNames[file] ?? file, line: Int(outcome.line))
  }

  private func packedValue(_ outcome: bridge_outcome) -> Value {
    var unpacker = Unpacker(UnsafeRawBufferPointer(start: outcome.bytes, count: outcome.length))
    return unpacker.value()
  }

  private func memoryError() -> ScriptError {
    ScriptError(.memory, "the script needs more memory than the \(limits.memory >> 10) KiB that it may use")
  }

  private func error(_ outcome: bridge_outcome) -> ScriptError {
    let place = place(outcome)
    let values = packedValue(outcome).array ?? []
    var error =
      outcome.failure == BRIDGE_MEMORY
      ? memoryError() : ScriptError(kind(outcome.failure), text(values.first) ?? "nothing waits for an answer")
    if !place.file.isEmpty { error.place = place }
    error.traceback = traceback(values.dropFirst())
    guard error.kind == .runtime || error.kind == .syntax else { return error }
    if var cause = moduleErrors[error.message] {
      cause.traceback = error.traceback
      return cause
    }
    takePlace(&error)
    return error
  }

  private func text(_ value: Value?) -> String? { value?.utf8OrBytes.map { String(decoding: $0, as: UTF8.self) } }

  private func kind(_ failure: bridge_failure) -> ScriptError.Kind {
    switch failure {
    case BRIDGE_SYNTAX: .syntax
    case BRIDGE_MEMORY: .memory
    case BRIDGE_BUDGET: .budget
    case BRIDGE_TIME: .time
    case BRIDGE_UNKNOWN_VALUE: .unknownValue
    case BRIDGE_ABORTED: .aborted
    default: .runtime
    }
  }

  private func traceback(_ values: ArraySlice<Value>) -> [TracebackLine] {
    let values = Array(values)
    return stride(from: 0, to: values.count - values.count % 3, by: 3).map { index in
      let file = values[index].string ?? ""
      let place = SourcePlace(file: chunkNames[file] ?? file, line: values[index + 1].integer ?? 0)
      return TracebackLine(place: file.isEmpty ? nil : place, function: values[index + 2].string ?? "")
    }
  }

  /// Moves the `file:line: ` at the front of a message into the place, if the file is a chunk. The prelude's own lines say
  /// nothing to a script's author; there the nearest line of a script stays the place.
  private func takePlace(_ error: inout ScriptError) {
    var parts = error.message.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let line = Int(parts[1]), parts[2].first == " " else { return }
    let file = String(parts.removeFirst())
    if let name = chunkNames[file] {
      error.place = SourcePlace(file: name, line: line)
    } else if file != Prelude.name {
      return
    }
    error.message = String(parts[1].dropFirst())
  }
}
