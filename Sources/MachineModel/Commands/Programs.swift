import Host

/// The programs that the model has rules for, by name.
enum Programs {
  typealias Run = @Sendable (Command, inout Machine) throws(Refusal) -> CommandResult

  static let table: [String: Run] = [
    "apt-cache": AptCache.run, "apt-get": AptGet.run, "apt-mark": AptMark.run, "dpkg": Dpkg.run,
    "dpkg-query": DpkgQuery.run,
    "curl": Curl.run, "git": Git.run, "grub-mkconfig": UpdateGrub.run, "grub2-mkconfig": UpdateGrub.run,
    "ip": IPLink.run, "ip6tables": IPTables.run, "ip6tables-restore": IPTables.run, "ip6tables-save": IPTables.run,
    "iptables": IPTables.run, "iptables-restore": IPTables.run, "iptables-save": IPTables.run,
    "kubeadm": Kubeadm.run, "kubectl": Kubectl.run, "make": Build.run, "modprobe": Modprobe.run,
    "mstconfig": MSTConfig.run,
    "update-grub": UpdateGrub.run,
  ]

  /// The names, sorted.
  static var names: [String] { table.keys.sorted() }

  /// What the program of `command` does; nil if nothing is known of it.
  static func rule(_ command: Command, _ machine: Machine) -> Run? {
    table[command.program] ?? (Build.isScript(command, machine) ? Build.run : nil)
  }

  /// The parts of what a program does, between which it can be killed; nil if it does all at once.
  static func phases(_ command: Command, _ machine: Machine) -> [Phase]? {
    command.program == "kubeadm" && machine.hasPackage("kubeadm") ? Kubeadm.phases(command) : nil
  }

  /// Whether a command is about something that only the machine beneath the model knows. It is asked, where the command
  /// only reads.
  static func asksBeneath(_ command: Command, _ machine: Machine) -> Bool {
    switch command.program {
    case "apt-cache": AptCache.isUnknown(command, machine)
    case "apt-get": AptGet.isUnknown(command, machine)
    case "git": Git.unknownRepository(command, machine) != nil
    case "kubectl": Kubectl.isUnknown(command, machine)
    case "mstconfig": MSTConfig.isUnknown(command, machine)
    default: false
    }
  }

  /// Takes what a command is about, and only the machine beneath the model has, into the model.
  static func adopt(_ command: Command, from base: any Host, in machine: inout Machine) {
    switch command.program {
    case "git": Git.adopt(command, from: base, in: &machine)
    case "apt-get": AptGet.adopt(command, from: base, in: &machine)
    default: break
    }
  }
}

/// A part of what a program does. What it changed stays if the next part is never reached.
struct Phase {
  /// The program, its verb, and the phase: `kubeadm init etcd`.
  var name: String
  /// Answers what the program ends with, if it ends there.
  var run: @Sendable (Command, inout Machine) throws(Refusal) -> CommandResult?
}

extension Command {
  /// The program's name without its folder.
  var program: String { String(arguments.first?.split(separator: "/").last ?? "") }
}

extension CommandResult {
  static func failure(_ message: String, status: Int = 1) -> CommandResult {
    CommandResult(status: status, errorOutput: Array((message + "\n").utf8))
  }

  static func success(_ output: String = "") -> CommandResult { CommandResult(status: 0, output: Array(output.utf8)) }
}
