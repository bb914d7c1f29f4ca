import Host

/// kubeadm: `init` in its phases, `reset`, `version`.
enum Kubeadm {
  /// The phases of `kubeadm init`; nil for any other command.
  static func phases(_ command: Command) -> [Phase]? {
    guard command.arguments.dropFirst().first == "init" else { return nil }
    return InitPhase.allCases.map { phase in
      Phase(name: "kubeadm init \(phase.rawValue)") { command, machine in phase.run(command, &machine) }
    }
  }

  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    let words = command.arguments.dropFirst()
    switch words.first {
    case "init" where !machine.hasPackage("kubeadm"):
      throw .host(
        HostError(
          "run", command.program, .system(.noEntry), hint: "no such program; is its package installed?"))
    case "reset":
      guard words.contains("-f") || words.contains("--force") else {
        return .failure("error execution phase preflight: aborted reset operation")
      }
      return .success(machine.resetKubeadm())
    case "version":
      guard let version = machine.packageVersion("kubeadm").flatMap(KubernetesVersion.init) else { throw .unmodelled }
      guard words.contains("short") || words.contains("-o=short") else { throw .unmodelled }
      return .success("\(version)\n")
    default: throw .unmodelled
    }
  }
}
