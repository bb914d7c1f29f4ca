public import Host

extension ModelHost {
  public func unit(_ name: String, properties: [String]) async throws(HostError) -> UnitStatus {
    try await adopt(name)
    return try look(.unit, name) { () throws(Refusal) in machine.unitStatus(name, properties: properties) }
  }

  public func reloadUnits() async throws(HostError) {
    try change(.reload, "systemd") { machine throws(Refusal) in machine.reloadUnits() }
  }

  public func unitJob(_ job: UnitJob, _ name: String) async throws(HostError) {
    try await adopt(name)
    let operation: Fault.Operation =
      switch job {
      case .start: .start
      case .stop: .stop
      case .restart: .restart
      }
    try jobChange(operation, name) { machine throws(Machine.JobProblem) in
      switch job {
      case .start: try machine.startUnit(name)
      case .stop: try machine.stopUnit(name)
      case .restart: try machine.restartUnit(name)
      }
    }
  }

  public func setEnabled(_ name: String, _ enabled: Bool) async throws(HostError) {
    try await adopt(name)
    try jobChange(enabled ? .enable : .disable, name) { machine throws(Machine.JobProblem) in
      try machine.setEnabled(name, enabled)
    }
  }

  /// What a failed job changed stays changed: the unit is in the state `failed`.
  private func jobChange(
    _ operation: Fault.Operation, _ name: String, _ body: (inout Machine) throws(Machine.JobProblem) -> Void
  ) throws(HostError) {
    try change(operation, name) { machine throws(Refusal) in
      do throws(Machine.JobProblem) {
        try body(&machine)
      } catch {
        throw .host(
          HostError(operation.verb, name, .refused(error.message), hint: "`journalctl -u \(name) -e` would tell more"))
      }
    }
  }

  /// Takes a unit that only the machine beneath knows into the model, with its files.
  private func adopt(_ name: String) async throws(HostError) {
    guard let base = paths.base, machine.units[name] == nil, machine.files.unitPlace(name) == .notFound else { return }
    do throws(HostError) {
      try await machine.adopt(name, from: base)
    } catch  where error.isPermission || error.isAbsent {
      // What cannot be asked is not known here either.
    }
  }
}
