import Host

/// apt-cache(8): `apt-cache policy PACKAGE…`
enum AptCache {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    let words = command.arguments.dropFirst()
    guard words.first == "policy", words.count > 1, !words.contains(where: { $0.hasPrefix("-") }) else {
      throw .unmodelled
    }
    let offers = PackageOffers(machine)
    return .success(words.dropFirst().map { policy($0, offers, machine) }.joined())
  }

  private static func policy(_ name: String, _ offers: PackageOffers, _ machine: Machine) -> String {
    let installed = machine.packages.installed[name].flatMap { $0.isPresent ? $0.version : nil }
    // Of a package that nothing knows, it says nothing.
    guard installed != nil || !offers[name].isEmpty else { return "" }
    var text = "\(name):\n  Installed: \(installed ?? "(none)")\n"
    text += "  Candidate: \(offers.candidate(name, machine) ?? "(none)")\n  Version table:\n"
    var versions = offers[name].map(\.version)
    if let installed, !versions.contains(installed) { versions.append(installed) }
    for version in versions.sorted(by: { DebianVersion($0) > DebianVersion($1) }) {
      text += "\(version == installed ? " *** " : "     ")\(version) 500\n"
      for offer in offers[name] where offer.version == version { text += "        500 \(offer.origin)\n" }
      if version == installed { text += "        100 /var/lib/dpkg/status\n" }
    }
    return text
  }

  /// Whether it is about packages that only the machine beneath the model can know.
  static func isUnknown(_ command: Command, _ machine: Machine) -> Bool {
    let offers = PackageOffers(machine)
    return command.arguments.dropFirst(2).contains { offers[$0].isEmpty && machine.packages.installed[$0] == nil }
  }
}
