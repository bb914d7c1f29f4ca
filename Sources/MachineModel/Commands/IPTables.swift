import Host

/// iptables-save(8), iptables-restore(8), and of iptables(8) what empties tables: `-F`, `-X`, `-t TABLE`.
enum IPTables {
  static let names = ["iptables", "ip6tables"]

  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    let family: Firewall.Family = command.program.hasPrefix("ip6") ? .ipv6 : .ipv4
    let words = command.arguments.dropFirst()
    if command.program.hasSuffix("-save") { return .success(machine.firewall.text(family)) }
    if command.program.hasSuffix("-restore") {
      let text = String(decoding: command.input, as: UTF8.self)
      machine.firewall.restore(text, family, keepsRules: words.contains("--noflush") || words.contains("-n"))
      return .success()
    }
    let table = words.firstIndex(of: "-t").flatMap {
      words.index(after: $0) < words.endIndex ? words[words.index(after: $0)] : nil
    }
    let rest = words.filter { !["-t", "-w", table].contains($0) }
    guard !rest.isEmpty, rest.allSatisfy({ ["-F", "-X", "--flush", "--delete-chain"].contains($0) }) else {
      throw .unmodelled
    }
    machine.firewall.restore("*\(table ?? "filter")\nCOMMIT\n", family)
    return .success()
  }
}
