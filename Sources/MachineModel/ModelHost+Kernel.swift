public import Host

extension ModelHost {
  public func mount(_ mount: Mount) throws(HostError) {
    try change(.mount, mount.target) { machine throws(Refusal) in
      var mount = mount
      mount.target = try self.directory(mount.target, in: machine)
      try machine.mount(mount)
    }
  }

  public func unmount(_ target: String) throws(HostError) {
    try change(.unmount, target) { machine throws(Refusal) in
      try machine.unmount(try self.directory(target, in: machine))
    }
  }

  /// The canonical path of a directory to mount on.
  private func directory(_ path: String, in machine: Machine) throws(Refusal) -> String {
    let place = try self.place(path, followLast: true, in: machine)
    switch place.stand {
    case nil: throw .noEntry
    case .generated(.folder): return place.path
    case .generated: throw .error(.notDirectory)
    case .stored(let node): if case .directory = node.content { return place.path }
    case .beneath(let status): if status.kind == .directory { return place.path }
    }
    throw .error(.notDirectory)
  }

  public func swapOn(_ path: String, priority: Int) throws(HostError) {
    try change(.swapOn, path) { machine throws(Refusal) in try machine.swapOn(path, priority: priority) }
  }

  public func swapOff(_ path: String) throws(HostError) {
    try change(.swapOff, path) { machine throws(Refusal) in try machine.swapOff(path) }
  }

  /// The machine is down and up again when this returns.
  public func reboot() async throws(HostError) {
    try change(.reboot, name) { machine throws(Refusal) in machine.reboot() }
  }

  public func run(_ command: Command) async throws(HostError) -> CommandResult {
    let line = command.arguments.joined(separator: " ")
    if let base = paths.base {
      if !command.isReadOnly {
        Programs.adopt(command, from: base, in: &machine)
      } else if Programs.asksBeneath(command, machine) {
        return try await ask(base, command, line)
      }
    }
    if command.isReadOnly, let result = try look(command, line) { return result }
    let nothing = CommandResult(status: 0)
    return try change(.run, line, deadline: command.timeout, placeholder: nothing) { machine, outcome throws(Refusal) in
      if let phases = Programs.phases(command, machine) { return try run(phases, of: command, outcome, &machine) }
      return try Self.run(command, outcome, &machine)
    }
  }

  /// What a command says on the machine beneath. A program that is only installed here has seen nothing there.
  private func ask(_ base: any Host, _ command: Command, _ line: String) async throws(HostError) -> CommandResult {
    do throws(HostError) {
      return try await base.run(command)
    } catch {
      throw error.isAbsent ? HostError(Fault.Operation.run.verb, line, .unmodelled) : error
    }
  }

  /// Runs a program phase by phase; each is an operation of its own.
  private func run(
    _ phases: [Phase], of command: Command, _ outcome: Fault.Outcome?, _ machine: inout Machine
  ) throws(Refusal) -> CommandResult {
    if case .exit? = outcome { return try Self.run(command, outcome, &machine) }
    let done = outcome == .killDuring ? phases.prefix(phases.count / 2) : phases[...]
    for phase in done {
      do throws(HostError) {
        let outcome = try begin(phase.name, deadline: command.timeout, machine)
        if case .exit(let status)? = outcome {
          return .failure("\(phase.name): failed, as the fault has it", status: status)
        }
        machine.clock += Clock.tick
        var end: CommandResult?
        do throws(Refusal) {
          end = try phase.run(command, &machine)
        } catch {
          throw error.hostError("run", phase.name, deadline: command.timeout)
            ?? HostError("run", phase.name, .unmodelled)
        }
        if outcome == .killAfter { try die(.phase, phase.name) }
        if let end { return end }
      } catch {
        throw .host(error)
      }
    }
    return .success()
  }

  /// What a command says that only reads; nil if it would change the machine, as one does whose effect is no file.
  private func look(_ command: Command, _ line: String) throws(HostError) -> CommandResult? {
    var machine = machine
    var answer: Result<CommandResult, Refusal>
    do throws(Refusal) {
      answer = .success(try Self.run(command, nil, &machine))
    } catch {
      answer = .failure(error)
    }
    guard machine == self.machine else { return nil }
    return try look(.run, line, deadline: command.timeout) { outcome throws(Refusal) in
      if outcome != nil { return try Self.run(command, outcome, &machine) }
      return try answer.get()
    }
  }

  private static func run(
    _ command: Command, _ outcome: Fault.Outcome?, _ machine: inout Machine
  ) throws(Refusal) -> CommandResult {
    if case .exit(let status)? = outcome {
      return CommandResult(
        status: status, errorOutput: Array("\(command.program): failed, as the fault has it\n".utf8))
    }
    guard let rule = Programs.rule(command, machine) else {
      let line = command.arguments.joined(separator: " ")
      let known = "it has rules for \(Programs.names.joined(separator: ", "))"
      throw .host(HostError(Fault.Operation.run.verb, line, .unmodelled, hint: known))
    }
    machine.isCutShort = outcome == .killDuring
    machine.kubernetes.isRefusing = outcome == .refused
    defer {
      machine.isCutShort = false
      machine.kubernetes.isRefusing = false
    }
    return try rule(command, &machine)
  }
}
