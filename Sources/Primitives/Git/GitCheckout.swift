import Host

struct GitCheckout: Effect {
  static let name = "git.checkout"
  static let summary = "A directory holds a revision of a git repository, with no tracked file changed."
  static let details = """
    Only that revision is fetched, where the other side can do that. A directory that holds another revision of the \
    repository is moved to this one; one with local changes, or with something else in it, is refused. A tag stays what it \
    was when it was first fetched: give a commit to be sure of more. Proxies and passwords are git's own settings.
    """
  static let undoing = """
    What was cloned goes, with all that was made in it, or the former revision comes back; what was fetched stays in the \
    repository then.
    """
  static let errors = """
    A revision that the repository does not have, an address that cannot be reached. A directory with local changes, or \
    with something else in it.
    """
  static let example =
    #"git.checkout { repository = "https://github.com/k8snetworkplumbingwg/multus-cni.git", path = "/usr/local/src/multus-cni", revision = "v3.8" }"#

  @Argument("where it is published") var repository: ArtifactAddress
  @Argument("where the working tree stands") var path: AbsolutePath
  @Argument("which state of it") var revision: GitRevision
  @Argument("where a site has it; used in place of repository") var mirror: ArtifactAddress?
  @Argument("the runbook's parameter for the mirror, named where the repository cannot be had") var parameter: String?
  @Argument("seconds that fetching it may take") var timeout = 900

  var target: String { path.text }

  func validate() throws(ArgumentError) {
    guard (1...86400).contains(timeout) else {
      throw ArgumentError(Self.name, "timeout", "expected seconds from 1 to 86400, got \(timeout)")
    }
    guard path.text != "/" else { throw ArgumentError(Self.name, "path", "expected a directory of its own, got /") }
  }

  struct State: Codable, Equatable {
    var folder: FileFootprint
    /// Whether the directory holds nothing.
    var isEmpty: Bool
    /// The commit that is checked out.
    var head: String?
    var branch: String?
    var changes: [String]
    /// Whether a checkout was begun here and not ended.
    var isUnfinished: Bool
    /// The commit that the revision stands for, as far as it is known here.
    var wanted: String?

    static func == (a: State, b: State) -> Bool {
      a.folder == b.folder && a.isEmpty == b.isEmpty && a.head == b.head && a.branch == b.branch
        && a.changes == b.changes
        && a.isUnfinished == b.isUnfinished
    }
  }

  func observe(_ context: Context) async throws -> State {
    let git = GitRepository(path: path.text, host: context.host)
    let folder = try FileFootprint.observe(path.text, context)
    var state = State(folder: folder, isEmpty: false, changes: [], isUnfinished: false)
    if folder.kind == .directory { state.isEmpty = try context.host.list(path.text).isEmpty }
    guard folder.kind == .directory, try git.isThere else { return state }
    state.isUnfinished = try context.host.status(git.mark) != nil
    (state.head, state.wanted) = try await git.commits(revision)
    state.branch = try git.branch
    if state.head != nil, !state.isUnfinished { state.changes = try await git.changes() }
    return state
  }

  func holds(_ state: State) -> Bool {
    state.head != nil && state.head == state.wanted && state.changes.isEmpty && !state.isUnfinished
  }

  func shortfall(_ state: State) -> String? {
    guard state.head == state.wanted, let first = state.changes.first else { return nil }
    return "\(path) is at \(revision), but git finds changed files there at once (\(first)); look at git's own settings"
  }

  func apply(_ context: Context, from state: State) async throws {
    try refuse(state, context)
    let host = context.host
    let git = GitRepository(path: path.text, host: host)
    try state.folder.makeParents(host)
    for directory in [path.text, git.folder] where try host.status(directory) == nil {
      try host.makeDirectory(directory, mode: 0o755)
    }
    let isOwn = state.head == nil || state.isUnfinished
    try begin(git)
    if state.head == nil {
      try await work(["git", "-c", "init.defaultBranch=main", "init", "--quiet", path.text], context)
    }
    if state.wanted == nil || revision.commit != nil { try await fetch(git, isNew: state.head == nil) }
    guard let commit = try await git.commits(revision).wanted else {
      throw failure("it has no tag \(revision)")
    }
    try await checkOut(["--detach", commit], isForced: isOwn, git)
    try host.remove(git.mark)
  }

  func recover(_ context: Context) async throws {
    let git = GitRepository(path: path.text, host: context.host)
    if try context.host.status(git.mark) != nil { try git.clearLocks() }
  }

  func isUndone(_ state: State, before: State) -> Bool {
    var before = before
    // With those the checkout was refused, and whether they are still there is not its business.
    if !before.changes.isEmpty { before.changes = state.changes }
    return state == before && state.folder.isBack(to: before.folder)
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    guard before.changes.isEmpty else { return }
    let host = context.host
    let git = GitRepository(path: path.text, host: host)
    guard let head = before.head else {
      if before.folder.kind == .directory {
        try host.removeContents(path.text)
      } else {
        try host.removeTree(path.text)
      }
      return try before.folder.restore(path.text, context)
    }
    try git.clearLocks()
    try begin(git)
    try await checkOut(before.branch.map { [$0] } ?? ["--detach", head], isForced: true, git)
    try host.remove(git.mark)
  }

  // MARK: Steps

  private func refuse(_ state: State, _ context: Context) throws {
    if state.isUnfinished || state.folder.kind == .absent { return }
    guard state.folder.kind == .directory else {
      throw PrimitiveError("\(path) is a \(state.folder.kind.rawValue), not a directory")
    }
    if state.head == nil {
      guard try state.isEmpty || isBegun(context.host) else {
        throw PrimitiveError(
          "\(path) has something in it that is no git checkout", hint: "move it away, or name another path")
      }
    } else if !state.changes.isEmpty {
      throw PrimitiveError(
        "\(path) has local changes: \(state.changes.joined(separator: ", "))",
        hint: "keep them elsewhere, or throw them away by `git -C \(path) reset --hard`")
    }
  }

  /// Whether the directory holds no more than what a begin of this leaves that was cut off at once.
  private func isBegun(_ host: any Host) throws -> Bool {
    guard try host.list(path.text) == [".git"] else { return false }
    return try host.list("\(path)/.git").allSatisfy { $0.hasPrefix(".vsrrun.") }
  }

  /// From here on what is half done is known as vsrrun's own, after a power cut too.
  private func begin(_ git: GitRepository) throws {
    try git.host.replace(git.mark, with: Array("\(revision)\n".utf8), mode: 0o644, owner: .root)
    try git.host.settle()
  }

  /// Only the wanted revision, unless the other side cannot do that, or the repository here has its whole history.
  private func fetch(_ git: GitRepository, isNew: Bool) async throws {
    let what = revision.reference.map { "+\($0):\($0)" } ?? revision.text
    let isShallow = try isNew || git.host.status("\(git.folder)/shallow") != nil
    var result = try await fetch(git, (isShallow ? ["--depth=1"] : []) + [address.text, what])
    if !result.succeeded, Self.isRefused(result, ["shallow", "unadvertised object"]) {
      let all = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
      result = try await fetch(git, [address.text] + (revision.commit == nil ? [what] : all))
    }
    guard result.succeeded else {
      if Self.isRefused(result, ["dubious ownership"]) {
        throw PrimitiveError(
          "cannot check out \(address): \(GitRepository.complaint(result))",
          hint: "git takes a copy on this machine only from root: `chown -R root:` it, or trust it by "
            + "`git config --global --add safe.directory` and its path")
      }
      let isUnknown = Self.isRefused(result, ["couldn't find remote ref", "not our ref"])
      throw isUnknown
        ? PrimitiveError(
          "\(address) has no revision \(revision): \(GitRepository.complaint(result))",
          hint: "correct the revision, or its mirror")
        : failure(GitRepository.complaint(result))
    }
  }

  private func fetch(_ git: GitRepository, _ words: [String]) async throws -> CommandResult {
    do {
      return try await git.run(["fetch", "--quiet", "--no-tags"] + words, timeout: timeout)
    } catch {
      throw error.isTimeout ? failure("\(error)") : Self.named(error)
    }
  }

  private func checkOut(_ words: [String], isForced: Bool, _ git: GitRepository) async throws {
    let result = try await git.run(["checkout", "--quiet"] + (isForced ? ["--force"] : []) + words)
    guard result.succeeded else {
      throw PrimitiveError("cannot check out \(revision) in \(path): \(GitRepository.complaint(result))")
    }
  }

  private func work(_ arguments: [String], _ context: Context) async throws {
    do {
      let result = try await context.host.run(Command(arguments, environment: GitRepository.environment))
      guard result.succeeded else {
        throw PrimitiveError("cannot make a repository at \(path): \(GitRepository.complaint(result))")
      }
    } catch let error as HostError {
      throw Self.named(error)
    }
  }

  /// Names the package where git itself is missing.
  private static func named(_ error: HostError) -> any Error {
    error.isAbsent ? PrimitiveError("\(error)", hint: "install the package git") : error
  }

  private static func isRefused(_ result: CommandResult, _ words: [String]) -> Bool {
    words.contains { String(decoding: result.errorOutput, as: UTF8.self).contains($0) }
  }

  private var address: ArtifactAddress { mirror ?? repository }

  private func failure(_ why: String) -> PrimitiveError { address.failure("check out", why, parameter: parameter) }
}
