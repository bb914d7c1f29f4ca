import Host

/// apt-mark(8): `hold`, `unhold`, `auto`, `manual`, and `showhold`, `showauto`, `showmanual`.
enum AptMark {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    var words = command.arguments.dropFirst()
    guard let verb = words.popFirst(), !words.contains(where: { $0.hasPrefix("-") }) else { throw .unmodelled }
    let names = Array(words)
    switch verb {
    case "showhold": return .success(list(names, machine, \.isHeld))
    case "showauto": return .success(list(names, machine, \.isAuto))
    case "showmanual": return .success(list(names, machine) { !$0.isAuto })
    case "hold", "unhold", "auto", "manual": return mark(verb, names, &machine)
    default: throw .unmodelled
    }
  }

  private static func list(_ names: [String], _ machine: Machine, _ isListed: (InstalledPackage) -> Bool) -> String {
    machine.packages.installed.filter { name, package in
      (names.isEmpty || names.contains(name)) && package.isPresent && isListed(package)
    }.keys.sorted().map { $0 + "\n" }.joined()
  }

  private static func mark(_ verb: String, _ names: [String], _ machine: inout Machine) -> CommandResult {
    // Holds are dpkg's, the other marks apt's own.
    if verb == "hold" || verb == "unhold", let failure = DpkgLock.take(&machine) { return failure }
    var unknown: [String] = []
    for name in names {
      guard machine.packages.installed[name] != nil else {
        unknown.append(name)
        continue
      }
      switch verb {
      case "hold", "unhold": machine.packages.installed[name]?.isHeld = verb == "hold"
      default: machine.packages.installed[name]?.isAuto = verb == "auto"
      }
    }
    return unknown.isEmpty
      ? .success()
      : .failure(unknown.map { "E: Unable to locate package \($0)" }.joined(separator: "\n"), status: 100)
  }
}
