import Crypto
import Host
import Values

/// A working tree with its repository, kept in the machine's files where git keeps it; only the index has a form of the
/// model's own: a line `SHA-256 PATH` for each tracked file.
struct GitCheckout {
  let folder: String
  private var repository: String { "\(folder)/.git" }

  init(_ folder: String) { self.folder = folder }

  /// What HEAD says: a commit, or `ref: NAME`; nil where there is no repository.
  func head(_ machine: Machine) -> String? { text("HEAD", machine) }

  /// The commit at HEAD; nil on a branch that has none yet.
  private func commit(_ machine: Machine) -> String? {
    guard let head = head(machine) else { return nil }
    return head.hasPrefix("ref: ") ? text(String(head.dropFirst("ref: ".count)), machine) : head
  }

  // MARK: git init, show-ref, status

  func initialize(_ machine: inout Machine) -> CommandResult {
    if head(machine) == nil { put("HEAD", "ref: refs/heads/master\n", &machine) }
    if text("config", machine) == nil { put("config", "[core]\n\trepositoryformatversion = 0\n", &machine) }
    return .success()
  }

  /// `show-ref --head --dereference PATTERN`.
  func showReferences(_ pattern: String, _ machine: Machine) -> CommandResult {
    var lines: [String] = []
    if let commit = commit(machine) { lines.append("\(commit) HEAD\n") }
    if pattern.hasPrefix("refs/"), let commit = text(pattern, machine) { lines.append("\(commit) \(pattern)\n") }
    return lines.isEmpty ? CommandResult(status: 1) : .success(lines.joined())
  }

  /// `status --porcelain --untracked-files=no`.
  func changes(_ machine: Machine) -> [String] {
    index(machine).sorted { $0.key < $1.key }.compactMap { path, sum in
      guard case .file(let bytes)? = machine.files["\(folder)/\(path)"]?.content else { return " D \(path)" }
      return Self.sum(bytes) == sum ? nil : " M \(path)"
    }
  }

  // MARK: git fetch

  func fetch(_ address: String, _ what: String, _ machine: inout Machine) -> CommandResult {
    let repository: RemoteRepository?
    switch machine.remote[address] {
    case nil: return Self.unreachable(address)
    case .status(let status) where status != 404:
      return .failure("fatal: unable to access '\(address)/': The requested URL returned error: \(status)", status: 128)
    case .status, .content, .checksum: return .failure("fatal: repository '\(address)/' not found", status: 128)
    case .repository(let known): repository = known
    case .unknown: repository = nil
    }
    let (commit, kind): (String?, String)
    if let tag = Self.tag(what) {
      // Of a repository that nobody knows, any revision is there.
      commit =
        repository.map { $0.revisions[tag] } ?? Hex.encode(Insecure.SHA1.hash(data: Array("\(address) \(tag)".utf8)))
      kind = "tag '\(tag)' of "
      guard commit != nil else { return .failure("fatal: couldn't find remote ref refs/tags/\(tag)", status: 128) }
    } else {
      commit = repository.map { $0.revisions.values.first { $0 == what } } ?? what
      kind = ""
      guard commit != nil else { return .failure("fatal: remote error: upload-pack: not our ref \(what)", status: 128) }
    }
    if machine.isCutShort {
      put("objects/pack/tmp_pack_8OdVyC", "PA", &machine)
      return CommandResult(status: 137)
    }
    if let tag = Self.tag(what) { put("refs/tags/\(tag)", (commit ?? "") + "\n", &machine) }
    put("FETCH_HEAD", "\(commit ?? "")\t\t\(kind)\(address)\n", &machine)
    put("objects/pack/pack-\(commit ?? "").pack", "PACK", &machine)
    return .success()
  }

  private static func unreachable(_ address: String) -> CommandResult {
    guard let host = RemoteAddress.host(address) else {
      return .failure(
        "fatal: '\(address)' does not appear to be a git repository\nfatal: Could not read from remote repository.",
        status: 128
      )
    }
    if address.hasPrefix("ssh:") {
      return .failure(
        "ssh: Could not resolve hostname \(host): Name or service not known\n"
          + "fatal: Could not read from remote repository.", status: 128)
    }
    return .failure("fatal: unable to access '\(address)/': Could not resolve host: \(host)", status: 128)
  }

  /// The tag of `+refs/tags/TAG:refs/tags/TAG`.
  private static func tag(_ refspec: String) -> String? {
    let prefix = "+refs/tags/"
    guard refspec.hasPrefix(prefix) else { return nil }
    return String(refspec.dropFirst(prefix.count).prefix { $0 != ":" })
  }

  // MARK: git checkout

  /// - Parameter target: a commit, or a branch.
  func checkOut(_ target: String, isDetached: Bool, _ machine: inout Machine) -> CommandResult {
    let branch = text("refs/heads/\(target)", machine)
    guard machine.files["\(repository)/objects/pack/pack-\(branch ?? target).pack"] != nil else {
      return .failure("fatal: reference is not a tree: \(target)", status: 128)
    }
    guard machine.files["\(repository)/index.lock"] == nil else {
      return .failure("fatal: Unable to create '\(repository)/index.lock': File exists.", status: 128)
    }
    for path in index(machine).keys { remove("\(folder)/\(path)", &machine) }
    var files: [String: [UInt8]] = [:]
    if case .repository(let repository)? = origin(machine).flatMap({ machine.remote[$0] }) { files = repository.files }
    var index = ""
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      if machine.isCutShort, !index.isEmpty {
        put("index.lock", "", &machine)
        return CommandResult(status: 137)
      }
      put(bytes, "\(folder)/\(path)", mode: path.hasSuffix(".sh") ? 0o755 : 0o644, &machine)
      index += "\(Self.sum(bytes)) \(path)\n"
    }
    put("index", index, &machine)
    put("HEAD", branch != nil && !isDetached ? "ref: refs/heads/\(target)\n" : target + "\n", &machine)
    return .success()
  }

  // MARK: For others

  /// The address that was fetched from last.
  func origin(_ machine: Machine) -> String? {
    text("FETCH_HEAD", machine)?.split(whereSeparator: { $0 == "\t" || $0 == " " }).last.map(String.init)
  }

  /// The checkout that a path is in.
  static func containing(_ path: String, _ machine: Machine) -> GitCheckout? {
    var folder = path[...]
    while !folder.isEmpty {
      let checkout = GitCheckout(String(folder))
      if checkout.origin(machine) != nil { return checkout }
      folder = folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)]
    }
    return nil
  }

  /// Whether a path is in a checkout of a repository that nobody knows: it may have any file.
  static func mayHave(_ path: String, _ machine: Machine) -> Bool {
    guard let checkout = containing(path, machine), !path.hasPrefix(checkout.repository) else { return false }
    return checkout.origin(machine).flatMap { machine.remote[$0] } == .unknown
      && checkout.text("index", machine) != nil
  }

  func put(_ bytes: [UInt8], _ path: String, mode: UInt16, _ machine: inout Machine) {
    for directory in Self.parents(of: path) where machine.files[directory] == nil {
      machine.files.set(
        directory, FileTree.Node(content: .directory([:]), mode: 0o755, modified: machine.clock), at: machine.clock)
    }
    machine.files.set(
      path, FileTree.Node(content: .file(bytes), mode: mode, modified: machine.clock), at: machine.clock)
  }

  // MARK: Help

  /// Takes a tracked file away, and the directories that were there for it.
  private func remove(_ path: String, _ machine: inout Machine) {
    machine.files.set(path, nil, at: machine.clock)
    for directory in Self.parents(of: path).reversed() where directory.hasPrefix("\(folder)/") {
      guard machine.files[directory]?.content == .directory([:]) else { return }
      machine.files.set(directory, nil, at: machine.clock)
    }
  }

  /// The directories that a path is in, outermost first.
  private static func parents(of path: String) -> [String] {
    var parents: [String] = []
    for part in path.split(separator: "/").dropLast() { parents.append((parents.last ?? "") + "/\(part)") }
    return parents
  }

  private func index(_ machine: Machine) -> [String: String] {
    var index: [String: String] = [:]
    for line in (text("index", machine) ?? "").split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      if parts.count == 2 { index[String(parts[1])] = String(parts[0]) }
    }
    return index
  }

  private func text(_ name: String, _ machine: Machine) -> String? {
    machine.files.text("\(repository)/\(name)")?.trimmed
  }

  private func put(_ name: String, _ text: String, _ machine: inout Machine) {
    put(Array(text.utf8), "\(repository)/\(name)", mode: 0o644, &machine)
  }

  private static func sum(_ bytes: [UInt8]) -> String { Hex.encode(SHA256.hash(data: bytes)) }
}
