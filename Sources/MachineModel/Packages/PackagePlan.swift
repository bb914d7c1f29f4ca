/// What an apt-get call would change: worked out before anything is.
struct PackagePlan {
  /// In the order in which they are to be installed, dependencies first.
  var installed: [(name: String, version: String)] = []
  /// Those that nobody asked for by name.
  var automatic: Set<String> = []
  var removed: [String] = []

  /// Why apt-get refuses, in its words.
  struct Problem: Error { var message: String }

  var isEmpty: Bool { installed.isEmpty && removed.isEmpty }

  /// The held packages that it would change.
  func held(_ machine: Machine) -> [String] {
    (installed.map(\.name) + removed).filter { machine.packages.installed[$0]?.isHeld == true }.sorted()
  }

  func downgraded(_ machine: Machine) -> [String] {
    installed.compactMap { name, version in
      guard let now = machine.packages.installed[name], now.isPresent else { return nil }
      return DebianVersion(version) < DebianVersion(now.version) ? name : nil
    }
  }

  // MARK: Installing

  /// - Parameter words: `NAME` or `NAME=VERSION`.
  static func install(_ words: [String], recommends: Bool, _ machine: Machine) throws(Problem) -> PackagePlan {
    let offers = PackageOffers(machine)
    var plan = PackagePlan()
    var named: Set<String> = []
    var requests: [(name: String, version: String)] = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard let name = parts.first else { continue }
      let known = machine.packages.installed[name]
      guard !offers[name].isEmpty || known?.isPresent == true else {
        throw Problem(message: "E: Unable to locate package \(name)")
      }
      let version = parts.dropFirst().first ?? offers.candidate(name, machine) ?? known?.version ?? ""
      guard offers[name].contains(where: { $0.version == version }) || known?.version == version else {
        throw Problem(message: "E: Version '\(version)' for '\(name)' was not found")
      }
      named.insert(name)
      requests.append((name, version))
    }
    for (name, version) in requests {
      try plan.add(name, version, recommends: recommends, named: requests, offers, machine)
    }
    plan.automatic = Set(plan.installed.map(\.name)).subtracting(named)
    return plan
  }

  private mutating func add(
    _ name: String, _ version: String, recommends: Bool, named: [(name: String, version: String)],
    _ offers: PackageOffers, _ machine: Machine
  ) throws(Problem) {
    if installed.contains(where: { $0.name == name }) { return }
    let now = machine.packages.installed[name]
    if let now, now.isPresent, now.version == version { return }
    let contents = machine.contents(name, version: version)
    // Taken note of first, so that a circle of dependencies ends.
    let place = installed.count
    installed.append((name, version))
    for needed in contents.depends + (recommends ? contents.recommends : []) {
      if machine.packages.installed[needed]?.isPresent == true { continue }
      let wanted = named.first { $0.name == needed }?.version ?? offers.candidate(needed, machine)
      guard let wanted else {
        if !contents.depends.contains(needed) { continue }
        throw Problem(
          message: """
            The following packages have unmet dependencies:
             \(name) : Depends: \(needed) but it is not installable
            E: Unable to correct problems, you have held broken packages.
            """)
      }
      try add(needed, wanted, recommends: recommends, named: named, offers, machine)
    }
    installed.append(installed.remove(at: place))
  }

  // MARK: Removing

  /// With all that depends on them.
  static func remove(_ names: [String], purge: Bool, _ machine: Machine) throws(Problem) -> PackagePlan {
    var plan = PackagePlan()
    let offers = PackageOffers(machine)
    for name in names where machine.packages.installed[name] == nil && offers[name].isEmpty {
      throw Problem(message: "E: Unable to locate package \(name)")
    }
    var rest = names
    while let name = rest.popLast() {
      guard let package = machine.packages.installed[name], package.isPresent || purge, !plan.removed.contains(name)
      else { continue }
      plan.removed.append(name)
      for (other, installed) in machine.packages.installed where installed.isPresent {
        if machine.contents(other, version: installed.version).depends.contains(name) { rest.append(other) }
      }
    }
    plan.removed.sort()
    return plan
  }
}
