import Host

struct AptInstall: Effect {
  static let name = "apt.install"
  static let summary = "These packages are installed, in the versions that are wanted."
  static let details = """
    A package without a version stays in whatever version it has; `NAME=BEGINNING*` accepts every version that begins so. \
    Conffiles that were changed are kept. While another process holds dpkg's lock it waits, and then names that process. \
    What a killed dpkg left behind is finished first. Documented steps D4, D5, D8, D22.
    """
  static let undoing = """
    The whole package set is brought back: what came along is purged, former versions return where they are still on \
    offer, automatic marks and holds are as they were. What purging a package leaves is the package's own affair: the \
    group of docker.io and the key of its daemon stay, and what the daemon did to the kernel until the next boot, which \
    a rollback notes.
    """
  static let errors = """
    A package, or a version of it, that no source offers. A held package that would change its version (see \
    `change_held`). A lock that is held for longer than `lock_timeout`, with the process that holds it.
    """
  static let example = #"apt.install { "kubeadm=1.24.0-*", "kubectl=1.24.0-*", "kubelet=1.24.0-*" }"#

  @Argument("which packages", bare: true) var packages: [PackageRequest]
  @Argument("whether recommended packages come along, as apt has it by default") var recommends = true
  @Argument("whether a held package may change its version; it is held again afterwards") var changeHeld = false
  @Argument("seconds to wait for a lock of apt's or dpkg's") var lockTimeout = 300
  @Argument("seconds that the installation may take") var timeout = 1800
  @Argument("the runbook's parameter that names a mirror, for the error text where an address cannot be reached")
  var parameter: String?

  var target: String { packages.map(\.description).joined(separator: " ") }
  private var names: [String] { packages.map(\.name) }

  func validate() throws(ArgumentError) {
    try AptArguments.check(Self.name, names, lockTimeout: lockTimeout, timeout: timeout)
  }

  func observe(_ context: Context) async throws -> PackageFootprint {
    try await PackageFootprint.observe(names, context)
  }

  func holds(_ state: PackageFootprint) -> Bool { packages.allSatisfy { isMet($0, state) } }

  private func isMet(_ request: PackageRequest, _ state: PackageFootprint) -> Bool {
    state.named[request.name].map { $0.isInstalled && request.accepts($0.version) } ?? false
  }

  func recover(_ context: Context) async throws { try await programs(context).mendIfInterrupted() }

  func apply(_ context: Context, from state: PackageFootprint) async throws {
    let programs = programs(context)
    try await programs.mendIfInterrupted()
    let wanted = packages.filter { !isMet($0, state) }
    try refuseHeld(wanted, state)
    var result = try await install(wanted, state, programs)
    if AptOutput(result).fetchProblem?.isGone == true {
      // The repository has dropped what its old list still names.
      _ = try await programs.run(["apt-get", "update"])
      result = try await install(wanted, state, programs)
    }
    guard result.succeeded else {
      throw AptOutput(result).error("apt-get install \(target)", parameter: parameter)
    }
    try await holdAgain(wanted.map(\.name).filter { state.named[$0]?.isHeld == true }, programs)
  }

  /// With its version, a package loses its hold.
  private func holdAgain(_ names: [String], _ programs: AptPrograms) async throws {
    guard !names.isEmpty else { return }
    let result = try await programs.run(["apt-mark", "hold"] + names)
    guard result.succeeded else {
      throw AptOutput(result).error("apt-mark hold \(names.joined(separator: " "))", parameter: nil)
    }
  }

  private func programs(_ context: Context) -> AptPrograms {
    AptPrograms(context, lockTimeout: lockTimeout, timeout: timeout)
  }

  private func refuseHeld(_ wanted: [PackageRequest], _ state: PackageFootprint) throws {
    for request in wanted where !changeHeld {
      guard let now = state.named[request.name], now.isHeld, now.isInstalled else { continue }
      throw PrimitiveError(
        "\(request.name) is held at \(now.version), and \(request) is wanted",
        hint: "`apt-mark unhold \(request.name)` if the hold is not meant any more, or change_held = true")
    }
  }

  private func install(_ wanted: [PackageRequest], _ state: PackageFootprint, _ programs: AptPrograms) async throws
    -> CommandResult
  {
    let offers = try await AptOffers.of(wanted.map(\.name), programs.context)
    var options = recommends ? [] : ["--no-install-recommends"]
    var words: [String] = []
    for request in wanted {
      // One that is there but not whole needs nothing from a repository.
      let isThere = state.named[request.name].map { $0.isPresent && request.accepts($0.version) } ?? false
      guard !isThere else {
        words.append(request.name)
        continue
      }
      guard let version = offers[request.name]?.version(for: request) else {
        throw AptOffers.refusal(request, offers[request.name])
      }
      words.append(request.version == nil ? request.name : "\(request.name)=\(version)")
      if state.named[request.name]?.isPresent == true, !options.contains("--allow-downgrades") {
        options.append("--allow-downgrades")
      }
    }
    if changeHeld { options.append("--allow-change-held-packages") }
    return try await programs.get("install", options + AptPrograms.keepingConffiles + words)
  }

  func shortfall(_ state: PackageFootprint) -> String? {
    let wrong = packages.filter { !isMet($0, state) }.map { request in
      "\(request.name) is \(state.named[request.name]?.rawValue ?? "absent")"
    }
    return "apt-get install \(target) reported success, but \(wrong.joined(separator: ", "))"
  }

  /// As seen with docker.io 20.10 on Debian 12, whoever purges it.
  var remains: String? {
    guard names.contains("docker.io") else { return nil }
    return "until the next boot the bridge docker0, docker's rules of the packet filter, its modules and "
      + "net.ipv4.ip_forward stay as its daemon left them; the group docker and, before version 23, "
      + "/etc/docker/key.json stay for good"
  }

  func isUndone(_ state: PackageFootprint, before: PackageFootprint) -> Bool { state.isBack(to: before) }

  func undo(
    _ context: Context, to before: PackageFootprint, after: PackageFootprint?, from now: PackageFootprint
  ) async throws {
    try await PackageUndo(to: before.all, after: (after ?? now).all, programs(context)).run()
  }
}
