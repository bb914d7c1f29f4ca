import Glibc
public import Host

/// A machine that is only modelled, as a ``Host/Host``: it behaves as Linux does where it matters for an install.
///
/// Its state is a ``Machine``. Over a live machine, what the model does not know is read from there, and nothing is
/// ever written there.
public final class ModelHost: Host {
  /// The machine as it is now.
  public internal(set) var machine: Machine {
    didSet { paths.forget() }
  }
  /// What shall go wrong.
  public var faults: [Fault] {
    didSet { matches = Array(repeating: 0, count: faults.count) }
  }
  /// How many operations that change something were begun.
  public internal(set) var operations = 0
  /// Whether a `kill` fault ends this process by SIGKILL, as a real kill would, instead of with
  /// ``Host/HostError/Reason/killed``.
  public var killsProcess = false

  /// Keeps the machine after each change.
  private let save: ((Machine) throws(HostError) -> Void)?
  let paths: Pathfinder
  private var isDead = false
  /// Whether what is saved is what stands when a phase begins, and not what an operation has left.
  private(set) var isBeginningPhase = false
  /// How often each fault's operation and subject came.
  private var matches: [Int]

  /// - Parameters:
  ///   - machine: The state to begin with.
  ///   - base: The machine beneath; it is only read.
  ///   - faults: What shall go wrong.
  ///   - save: Called with the machine after each operation that changed it.
  public init(
    _ machine: Machine, base: (any Host)? = nil, faults: [Fault] = [],
    save: ((Machine) throws(HostError) -> Void)? = nil
  ) {
    self.machine = machine
    self.faults = faults
    self.save = save
    paths = Pathfinder(base)
    matches = Array(repeating: 0, count: faults.count)
  }

  // MARK: Identity and time

  public var now: Int { machine.clock }
  public var bootID: String { machine.bootID }
  public var machineID: String { machine.machineID }
  public var name: String { machine.name }
  public var isModel: Bool { true }

  /// Nobody waits: the clock moves, and what takes time has taken it.
  public func pause(seconds: Int) async {
    // What was changed until now is seen now, and not only in the end.
    machine.followCluster()
    machine.clock += seconds * 1_000_000
    machine.followCluster()
  }

  // MARK: What every operation goes through

  /// Reads; only faults that name the operation meet it.
  func look<Answer>(
    _ operation: Fault.Operation, _ subject: String, _ body: () throws(Refusal) -> Answer
  ) throws(HostError) -> Answer {
    try look(operation, subject) { _ throws(Refusal) in try body() }
  }

  func look<Answer>(
    _ operation: Fault.Operation, _ subject: String, deadline: Int = attributeDeadline,
    _ body: (Fault.Outcome?) throws(Refusal) -> Answer
  ) throws(HostError) -> Answer {
    guard !isDead else { throw HostError(operation.verb, subject, .killed) }
    let outcome = fault(operation, subject, isChange: false)
    if let outcome { try fail(outcome, operation, subject, deadline: deadline) }
    do throws(Refusal) {
      return try body(outcome)
    } catch {
      throw error.hostError(operation.verb, subject, deadline: .max) ?? HostError(operation.verb, subject, .unmodelled)
    }
  }

  /// Changes the machine, and has it saved.
  @discardableResult
  func change<Answer>(
    _ operation: Fault.Operation, _ subject: String, deadline: Int = attributeDeadline, placeholder: Answer,
    _ body: (inout Machine, Fault.Outcome?) throws(Refusal) -> Answer
  ) throws(HostError) -> Answer {
    guard !isDead else { throw HostError(operation.verb, subject, .killed) }
    operations += 1
    let outcome = fault(operation, subject, isChange: true)
    if let outcome { try fail(outcome, operation, subject, deadline: deadline) }
    machine.clock += Clock.tick
    var answer = placeholder
    var late: HostError?
    do throws(Refusal) {
      answer = try body(&machine, outcome)
    } catch {
      late = error.hostError(operation.verb, subject, deadline: deadline)
    }
    try save?(machine)
    if outcome == .killAfter || outcome == .killDuring { try die(operation, subject) }
    if let late { throw late }
    return answer
  }

  func change(
    _ operation: Fault.Operation, _ subject: String, deadline: Int = attributeDeadline,
    _ body: (inout Machine) throws(Refusal) -> Void
  ) throws(HostError) {
    try change(operation, subject, deadline: deadline, placeholder: ()) { machine, _ throws(Refusal) in
      try body(&machine)
    }
  }

  /// Begins a phase of a program: what was done before it is kept, since a kill leaves that.
  func begin(_ phase: String, deadline: Int, _ machine: Machine) throws(HostError) -> Fault.Outcome? {
    operations += 1
    isBeginningPhase = true
    defer { isBeginningPhase = false }
    try save?(machine)
    let outcome = fault(.phase, phase, isChange: true)
    if let outcome { try fail(outcome, .phase, phase, deadline: deadline) }
    return outcome
  }

  private func fault(_ operation: Fault.Operation, _ subject: String, isChange: Bool) -> Fault.Outcome? {
    var outcome: Fault.Outcome?
    for (index, fault) in faults.enumerated() where fault.matches(operation, subject, isChange: isChange) {
      matches[index] += 1
      if outcome == nil, fault.occurrences?.contains(matches[index]) ?? true { outcome = fault.outcome }
    }
    return outcome
  }

  /// Ends the operation where the fault wants it to end before anything is done.
  private func fail(
    _ outcome: Fault.Outcome, _ operation: Fault.Operation, _ subject: String, deadline: Int
  ) throws(HostError) {
    switch outcome {
    case .error(let error): throw HostError(operation.verb, subject, .system(error))
    case .hang: throw HostError(operation.verb, subject, .timedOut(seconds: deadline))
    case .kill: try die(operation, subject)
    case .exit(let status):
      guard operation == .run || operation == .phase else {
        throw HostError(operation.verb, subject, .refused("exit status \(status)"))
      }
    case .short, .killAfter, .killDuring, .refused: break
    }
  }

  func die(_ operation: Fault.Operation, _ subject: String) throws(HostError) {
    if killsProcess { Glibc.kill(getpid(), SIGKILL) }
    isDead = true
    throw HostError(operation.verb, subject, .killed)
  }
}
