import Host

struct AptRemove: Effect {
  static let name = "apt.remove"
  static let summary = "These packages are not installed."
  static let details = "What depends on them goes along; a hold keeps none of them."
  static let undoing = """
    What went is installed again, where it is still on offer, with its marks; conffiles that a purge took come back as \
    they were.
    """
  static let errors =
    "A lock that is held for longer than `lock_timeout`. Packages that are still there after apt-get reported success."
  static let example = #"apt.remove { "cloud-init" }"#

  @Argument("which packages", bare: true) var packages: [PackageName]
  @Argument("whether their conffiles go too") var purge = false
  @Argument("seconds to wait for a lock of apt's or dpkg's") var lockTimeout = 300
  @Argument("seconds that the removal may take") var timeout = 1800

  var target: String { names.joined(separator: " ") }
  private var names: [String] { packages.map(\.text) }

  func validate() throws(ArgumentError) {
    try AptArguments.check(Self.name, names, lockTimeout: lockTimeout, timeout: timeout)
  }

  func observe(_ context: Context) async throws -> PackageFootprint {
    try await PackageFootprint.observe(names, context)
  }

  func holds(_ state: PackageFootprint) -> Bool { present(state).isEmpty }

  private func present(_ state: PackageFootprint) -> [String] {
    names.filter { name in state.named[name].map { purge ? $0.status != "not-installed" : $0.isPresent } ?? false }
  }

  func recover(_ context: Context) async throws { try await programs(context).mendIfInterrupted() }

  func apply(_ context: Context, from state: PackageFootprint) async throws {
    let programs = programs(context)
    try await programs.mendIfInterrupted()
    let verb = purge ? "purge" : "remove"
    let result = try await programs.get(verb, ["--allow-change-held-packages"] + present(state))
    guard result.succeeded else { throw AptOutput(result).error("apt-get \(verb) \(target)", parameter: nil) }
  }

  private func programs(_ context: Context) -> AptPrograms {
    AptPrograms(context, lockTimeout: lockTimeout, timeout: timeout)
  }

  func shortfall(_ state: PackageFootprint) -> String? {
    "\(present(state).joined(separator: ", ")) is still there after apt-get reported success"
  }

  func isUndone(_ state: PackageFootprint, before: PackageFootprint) -> Bool {
    state.isBack(to: before) && before.conffiles.allSatisfy { state.conffiles[$0.key] == $0.value }
  }

  func undo(
    _ context: Context, to before: PackageFootprint, after: PackageFootprint?, from now: PackageFootprint
  ) async throws {
    try await PackageUndo(to: before.all, after: (after ?? now).all, programs(context)).run()
    for (path, file) in before.conffiles.sorted(by: { $0.key < $1.key }) { try file.restore(path, context) }
  }
}
