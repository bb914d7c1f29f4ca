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
    let program = String(command.arguments.first?.split(separator: "/").last ?? "")
    let nothing = CommandResult(status: 0)
    return try change(.run, line, deadline: command.timeout, placeholder: nothing) { machine, outcome throws(Refusal) in
      if case .exit(let status)? = outcome {
        return CommandResult(status: status, errorOutput: Array("\(program): failed, as the fault has it\n".utf8))
      }
      guard let run = Programs.table[program] else {
        let known = "it has rules for \(Programs.names.joined(separator: ", "))"
        throw .host(HostError(Fault.Operation.run.verb, line, .unmodelled, hint: known))
      }
      return try run(command, &machine)
    }
  }
}
