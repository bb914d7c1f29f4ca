import Host

struct AptHold: Effect {
  static let name = "apt.hold"
  static let summary = "These packages are held: no upgrade changes them."
  static let details = "Documented step D9."
  static let undoing = "Packages that were not held before are released."
  static let errors = "A lock that is held for longer than `lock_timeout`."
  static let example = #"apt.hold { "kubeadm", "kubectl", "kubelet" }"#

  @Argument("which packages", bare: true) var packages: [PackageName]
  @Argument("seconds to wait for dpkg's lock") var lockTimeout = 300

  var target: String { names.joined(separator: " ") }
  private var names: [String] { packages.map(\.text) }

  func validate() throws(ArgumentError) { try AptArguments.check(Self.name, names, lockTimeout: lockTimeout) }

  struct State: Codable, Equatable {
    /// Those of the packages that are held, sorted.
    var held: [String]
  }

  func observe(_ context: Context) async throws -> State {
    let set = try await PackageSet.observe(names, context)
    return State(held: names.filter { set[$0]?.isHeld == true }.sorted())
  }

  func holds(_ state: State) -> Bool { Set(state.held) == Set(names) }

  func apply(_ context: Context, from state: State) async throws {
    try await mark("hold", names.filter { !state.held.contains($0) }, context)
  }

  private func mark(_ verb: String, _ names: [String], _ context: Context) async throws {
    guard !names.isEmpty else { return }
    let result = try await AptPrograms(context, lockTimeout: lockTimeout, timeout: 120).run(["apt-mark", verb] + names)
    guard result.succeeded else {
      throw AptOutput(result).error("apt-mark \(verb) \(names.joined(separator: " "))", parameter: nil)
    }
  }

  func shortfall(_ state: State) -> String? {
    let free = names.filter { !state.held.contains($0) }
    return "\(free.joined(separator: ", ")) is not held after apt-mark reported success"
  }

  /// A package that is gone took its mark along.
  func isUndone(_ state: State, before: State) -> Bool { Set(state.held).isSubset(of: before.held) }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await mark("unhold", now.held.filter { !before.held.contains($0) }, context)
  }
}
