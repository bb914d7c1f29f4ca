import Host

/// A working tree with its repository in `.git`, used through git(1).
///
/// The repository is always named, so that git never takes one of a folder above for it.
struct GitRepository {
  let path: String
  let host: any Host

  var folder: String { "\(path)/.git" }
  /// Stands there while a checkout is being made: what a killed one left half done is then known as vsrrun's own.
  var mark: String { "\(folder)/vsrrun-unfinished" }

  /// Nobody is there to be asked for a password.
  static let environment = [
    "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -o BatchMode=yes", "GIT_HTTP_LOW_SPEED_LIMIT": "1",
    "GIT_HTTP_LOW_SPEED_TIME": "60",
  ]

  func run(_ words: [String], timeout: Int = 300, isReadOnly: Bool = false) async throws(HostError) -> CommandResult {
    var environment = Self.environment
    // A look takes no lock, and so leaves none.
    if isReadOnly { environment["GIT_OPTIONAL_LOCKS"] = "0" }
    return try await host.run(
      Command(
        ["git", "-c", "gc.auto=0", "--git-dir=\(folder)", "--work-tree=\(path)"] + words, environment: environment,
        timeout: timeout, isReadOnly: isReadOnly, isQuiet: isReadOnly, outputLimit: 1 << 20))
  }

  // MARK: Looking

  var isThere: Bool { get throws(HostError) { try host.status(folder)?.kind == .directory } }

  /// The commit at HEAD, and that of `revision` if it is here; of a commit, whether it is here is not looked at.
  func commits(_ revision: GitRevision?) async throws(HostError) -> (head: String?, wanted: String?) {
    let reference = revision?.reference
    let result = try await run(["show-ref", "--head", "--dereference", reference ?? "HEAD"], isReadOnly: true)
    var commits: [Substring: Substring] = [:]
    for line in String(decoding: result.output, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count == 2 { commits[parts[1]] = parts[0] }
    }
    // Of an annotated tag, the commit and not the tag.
    let tagged = reference.flatMap { commits["\($0)^{}"] ?? commits[$0[...]] }
    return (commits["HEAD"].map(String.init), revision?.commit ?? tagged.map(String.init))
  }

  /// The branch that HEAD is on; nil if on none.
  var branch: String? {
    get throws(HostError) {
      guard let head = try host.text("\(folder)/HEAD"), head.hasPrefix("ref: refs/heads/") else { return nil }
      return String(head.dropFirst("ref: refs/heads/".count))
    }
  }

  /// The tracked files that are not as they were checked out, as `git status --porcelain` lists them: the first twenty,
  /// and how many more.
  func changes() async throws -> [String] {
    let result = try await run(["status", "--porcelain", "--untracked-files=no"], isReadOnly: true)
    guard result.succeeded else { throw PrimitiveError("cannot look at \(path): \(Self.complaint(result))") }
    let lines = String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init)
    return lines.count <= 20 ? lines : lines.prefix(20) + ["and \(lines.count - 20) more"]
  }

  /// What git says is wrong; its advice comes after that.
  static func complaint(_ result: CommandResult) -> String {
    let lines = String(decoding: result.errorOutput, as: UTF8.self).split(whereSeparator: \.isNewline)
    let errors = lines.filter { line in ["fatal: ", "error: ", "ssh: "].contains { line.hasPrefix($0) } }
    return errors.isEmpty ? result.complaint : errors.prefix(3).joined(separator: "; ")
  }

  // MARK: Mending

  /// Takes away what a git that was killed leaves locked, and what it had begun to receive.
  func clearLocks() throws(HostError) {
    for name in try host.listIfPresent(folder) where name.hasSuffix(".lock") { try host.remove("\(folder)/\(name)") }
    try clearLocks(below: "\(folder)/refs")
    let packs = "\(folder)/objects/pack"
    for name in try host.listIfPresent(packs) where name.hasPrefix("tmp_") || name.hasPrefix(".tmp-") {
      try host.remove("\(packs)/\(name)")
    }
  }

  private func clearLocks(below directory: String) throws(HostError) {
    for name in try host.listIfPresent(directory) {
      let path = "\(directory)/\(name)"
      if name.hasSuffix(".lock") {
        try host.remove(path)
      } else if try host.status(path)?.kind == .directory {
        try clearLocks(below: path)
      }
    }
  }
}
