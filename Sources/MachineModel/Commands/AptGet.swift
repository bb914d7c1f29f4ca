import Host

/// apt-get(8): `update`, `install`, `remove`, `purge`, each with `-s` for what would be done, and `indextargets`.
enum AptGet {
  static func run(_ command: Command, _ machine: inout Machine) throws(Refusal) -> CommandResult {
    let call = try Call(command)
    switch call.verb {
    case "update": return update(call, &machine)
    case "indextargets": return indexTargets(call, machine)
    case "install", "remove", "purge": break
    default: throw .unmodelled
    }
    if machine.isDpkgInterrupted {
      return .failure(
        "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. ", status: 100)
    }
    if !call.isSimulation, let failure = DpkgLock.wait(call.lockTimeout, &machine) { return failure }
    do throws(PackagePlan.Problem) {
      let isInstall = call.verb == "install"
      let plan =
        isInstall
        ? try PackagePlan.install(call.words, recommends: !call.has("--no-install-recommends"), machine)
        : try PackagePlan.remove(call.words, purge: call.verb == "purge", machine)
      if let refusal = refusal(plan, call, machine) { return refusal }
      if call.isSimulation { return .success(simulation(plan, call, machine)) }
      return isInstall ? install(plan, call, &machine) : remove(plan, call, &machine)
    } catch {
      return .failure(error.message, status: 100)
    }
  }

  /// What `-y` alone does not allow.
  private static func refusal(_ plan: PackagePlan, _ call: Call, _ machine: Machine) -> CommandResult? {
    let held = plan.held(machine)
    if !held.isEmpty, !call.has("--allow-change-held-packages") {
      return CommandResult(
        status: 100,
        output: Array("The following held packages will be changed:\n  \(held.joined(separator: " "))\n".utf8),
        errorOutput: Array("E: Held packages were changed and -y was used without --allow-change-held-packages.\n".utf8)
      )
    }
    if !plan.downgraded(machine).isEmpty, !call.has("--allow-downgrades") {
      return .failure("E: Packages were downgraded and -y was used without --allow-downgrades.", status: 100)
    }
    return nil
  }

  private static func simulation(_ plan: PackagePlan, _ call: Call, _ machine: Machine) -> String {
    let word = call.verb == "purge" ? "Purg" : "Remv"
    return plan.removed.map { "\(word) \($0) [\(machine.packages.installed[$0]?.version ?? "")]\n" }.joined()
      + plan.installed.map { "Inst \($0.name) (\($0.version))\n" }.joined()
  }

  // MARK: Installing

  private static func install(_ plan: PackagePlan, _ call: Call, _ machine: inout Machine) -> CommandResult {
    if let failure = fetch(plan, machine) { return failure }
    for (name, version) in plan.installed { machine.unpack(name, version) }
    for name in plan.automatic where machine.packages.installed[name]?.isPresent == true {
      machine.packages.installed[name]?.isAuto = true
    }
    for word in call.words {
      let name = String(word.prefix { $0 != "=" })
      machine.packages.installed[name]?.isAuto = false
    }
    if machine.isCutShort, let first = plan.installed.first {
      machine.packages.installed[first.name]?.status = .halfConfigured
      machine.interruptDpkg()
      return CommandResult(status: 137)
    }
    let complaints = machine.configureAll()
    guard complaints.isEmpty else {
      return .failure(
        complaints.joined(separator: "\n") + "\nE: Sub-process /usr/bin/dpkg returned an error code (1)", status: 100)
    }
    return .success(plan.installed.map { "Setting up \($0.name) (\($0.version)) ...\n" }.joined())
  }

  /// What a repository has to be asked for.
  private static func fetch(_ plan: PackagePlan, _ machine: Machine) -> CommandResult? {
    for (name, version) in plan.installed {
      let source = AptSource.all(machine.files).first { source in
        PackageOffers.read(machine.files.text(source.packagesList) ?? "")[name]?.contains(version) == true
      }
      guard let source else { continue }
      let package = "\(source.uri)\(name)_\(version).deb"
      switch machine.repository(source) {
      case .packages(let offered) where offered[name]?.contains(version) == true: continue
      case .packages, .missing: return .failure("E: Failed to fetch \(package)  404  Not Found", status: 100)
      case .unreachable:
        return .failure("E: Failed to fetch \(package)  Temporary failure resolving '\(source.host)'", status: 100)
      }
    }
    return nil
  }

  private static func remove(_ plan: PackagePlan, _ call: Call, _ machine: inout Machine) -> CommandResult {
    for (index, name) in plan.removed.enumerated() {
      if machine.isCutShort, index > 0 {
        machine.interruptDpkg()
        return CommandResult(status: 137)
      }
      // What goes along because it depends on one that goes is purged too.
      machine.remove(name, purge: call.verb == "purge")
    }
    return .success(plan.removed.map { "Removing \($0) ...\n" }.joined())
  }

  // MARK: indextargets

  private static func indexTargets(_ call: Call, _ machine: Machine) -> CommandResult {
    // Only lists that are there are told.
    let lists = AptSource.all(machine.files, file: call.sourceFile).map(\.packagesList)
    return .success(lists.filter { machine.files.node($0) != nil }.map { $0 + "\n" }.joined())
  }

  /// Whether it asks for lists that, if anyone has them, the machine beneath the model has.
  static func isUnknown(_ command: Command, _ machine: Machine) -> Bool {
    guard let call = try? Call(command), call.verb == "indextargets" else { return false }
    return indexTargets(call, machine).output.isEmpty
  }

  /// The parts of a command line.
  struct Call {
    var verb = ""
    var words: [String] = []
    private var flags: Set<String> = []
    private var settings: [String: String] = [:]

    init(_ command: Command) throws(Refusal) {
      var rest = command.arguments.dropFirst()
      while let word = rest.popFirst() {
        switch word {
        case "-o":
          let parts = (rest.popFirst() ?? "").split(separator: "=", maxSplits: 1).map(String.init)
          if let key = parts.first { settings[key] = parts.dropFirst().first ?? "" }
        case "--format": settings["format"] = rest.popFirst()
        case "-y", "-q", "-qq": break
        case "-s", "--simulate", "--no-install-recommends", "--allow-downgrades", "--allow-change-held-packages":
          flags.insert(word)
        case _ where word.hasPrefix("-"): throw .unmodelled
        case _ where verb.isEmpty: verb = word
        default: words.append(word)
        }
      }
    }

    func has(_ flag: String) -> Bool { flags.contains(flag) }
    var isSimulation: Bool { has("-s") || has("--simulate") }
    var lockTimeout: Int { Int(settings["DPkg::Lock::Timeout"] ?? "") ?? 0 }
    var failsOnAnything: Bool { settings["APT::Update::Error-Mode"] == "any" }
    var keepsForeignLists: Bool { settings["APT::Get::List-Cleanup"] == "0" }
    var sourceFile: String? { settings["Dir::Etc::sourcelist"].map { "/etc/apt/\($0)" } }
  }
}
