import Host

/// dpkg(1): `dpkg --configure -a`.
enum Dpkg {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    guard command.arguments.dropFirst() == ["--configure", "-a"] else { throw .unmodelled }
    if let failure = DpkgLock.take(&machine) { return failure }
    if machine.isCutShort { return CommandResult(status: 137) }
    let complaints = machine.configureAll()
    return complaints.isEmpty ? .success() : .failure(complaints.joined(separator: "\n"), status: 1)
  }
}
