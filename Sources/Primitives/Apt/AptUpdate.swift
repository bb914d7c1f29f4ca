import Host

struct AptUpdate: Effect {
  static let name = "apt.update"
  static let summary = "The package lists are newer than the sources that they come from, and offer what is wanted."
  static let details = """
    With `source`, only that one's lists count and are read, so that a foreign repository that fails stands in nobody's \
    way. Documented step D7.
    """
  static let undoing = "The lists stay: they are a cache, and apt.repository takes those of its own away."
  static let errors = """
    A source that is not there. An address that cannot be reached, named together with `parameter`. Packages that the \
    lists do not offer.
    """
  static let example = #"apt.update { packages = { "kubeadm=1.24.0-*" }, source = "kubernetes" }"#

  @Argument("what the lists have to offer", bare: true) var packages: [PackageRequest] = []
  @Argument("the name of a source below /etc/apt/sources.list.d, without its ending; without it, all count")
  var source: String?
  @Argument("seconds to wait for the lists' lock") var lockTimeout = 300
  @Argument("seconds that it may take") var timeout = 300
  @Argument("the runbook's parameter that names a mirror, for the error text where an address cannot be reached")
  var parameter: String?

  var target: String { source ?? "all sources" }

  func validate() throws(ArgumentError) {
    if !packages.isEmpty {
      try AptArguments.check(Self.name, packages.map(\.name), lockTimeout: lockTimeout, timeout: timeout)
    }
    if let source, source.isEmpty || source.contains("/") {
      throw ArgumentError(Self.name, "source", "expected the name of a source, got \"\(source)\"")
    }
  }

  struct State: Codable, Equatable {
    /// Whether there are lists, read since their sources were last changed.
    var isNewer: Bool
    /// What they do not offer, and what they have instead.
    var missing: [String]
  }

  func observe(_ context: Context) async throws -> State {
    let offers = try await AptOffers.of(packages.map(\.name), context)
    let missing = packages.filter { offers[$0.name]?.version(for: $0) == nil }.map { request in
      let versions = offers[request.name]?.versions ?? []
      return versions.isEmpty ? "\(request)" : "\(request) (there is \(versions.prefix(3).joined(separator: ", ")))"
    }
    return State(isNewer: try await isNewer(context), missing: missing)
  }

  private func isNewer(_ context: Context) async throws -> Bool {
    let host = context.host
    if source != nil, try sourceFile(host) == nil { return false }
    // The lists have the server's times. What every update touches is the folder in which they arrive.
    let read = try host.status("\(AptLists.folder)/partial")?.modified ?? 0
    for path in try sourceFiles(host) {
      guard let changed = try host.status(path)?.modified else { continue }
      // A time that lies ahead, which a wrong clock left behind, says nothing.
      if changed > read, changed <= host.now { return false }
    }
    let options = try options(host)
    let targets = try await AptPrograms.read(
      ["apt-get", "indextargets"] + options + ["--format", "$(FILENAME)", "Created-By: Packages"], context)
    return targets.succeeded && !targets.output.isEmpty
  }

  private func sourceFiles(_ host: any Host) throws -> [String] {
    let folder = "/etc/apt/sources.list.d"
    if source != nil { return try sourceFile(host).map { ["\(folder)/\($0)"] } ?? [] }
    let names = try host.listIfPresent(folder).filter { $0.hasSuffix(".list") || $0.hasSuffix(".sources") }
    return ["/etc/apt/sources.list"] + names.map { "\(folder)/\($0)" }
  }

  /// The file of the one source that counts.
  private func sourceFile(_ host: any Host) throws -> String? {
    guard let source else { return nil }
    let names = try host.listIfPresent("/etc/apt/sources.list.d")
    return ["\(source).sources", "\(source).list"].first(where: names.contains)
  }

  /// Makes apt-get look at the one source alone.
  private func options(_ host: any Host) throws -> [String] {
    guard let file = try sourceFile(host) else { return [] }
    return [
      "-o", "Dir::Etc::sourcelist=sources.list.d/\(file)", "-o", "Dir::Etc::sourceparts=-", "-o",
      "APT::Get::List-Cleanup=0",
    ]
  }

  func holds(_ state: State) -> Bool { state.isNewer && state.missing.isEmpty }

  func apply(_ context: Context, from state: State) async throws {
    if let source, try sourceFile(context.host) == nil {
      throw PrimitiveError(
        "there is no source /etc/apt/sources.list.d/\(source).sources or .list", hint: "apt.repository makes one")
    }
    let programs = AptPrograms(context, lockTimeout: lockTimeout, timeout: timeout)
    // What cannot be reached is otherwise only warned of.
    let options = try options(context.host) + ["-o", "APT::Update::Error-Mode=any"]
    let result = try await programs.run(["apt-get", "update"] + options)
    let output = AptOutput(result)
    guard !result.succeeded || output.fetchProblem != nil else { return }
    let error = output.error("apt-get update", parameter: parameter)
    // Where it is known what the lists have to offer, a repository that has no part in it may fail.
    guard source == nil, !packages.isEmpty, holds(try await observe(context)) else { throw error }
    context.tell("warning: \(error)")
  }

  func shortfall(_ state: State) -> String? {
    guard !state.missing.isEmpty else { return "the package lists were read, but there are none of \(target)" }
    return "the package lists\(source.map { " of the source \($0)" } ?? "") were read, but offer no "
      + state.missing.joined(separator: ", ")
      + (parameter.map { "; the parameter '\($0)' may name another repository" } ?? "")
  }

  /// The lists are a cache.
  func isUndone(_ state: State, before: State) -> Bool { true }
  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {}
}
