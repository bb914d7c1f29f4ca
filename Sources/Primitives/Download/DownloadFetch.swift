import Host

struct DownloadFetch: Effect {
  static let name = "download.fetch"
  static let summary = "A file has the content that is to be had at an address, known by its SHA-256."
  static let details = """
    What comes is checked before anything is put in place: where the checksum is another, nothing changes. With `unverified` a \
    file that is there is taken for the right one, and not fetched again. Addresses of http and https are fetched by curl(1), with \
    the settings of /root/.curlrc, a proxy for one; of this machine's environment nothing is used. Files of up to 64 MiB.
    """
  static let undoing = """
    The former file comes back, with content, mode and owner; where there was none it goes, with the directories that were \
    made for it and are empty.
    """
  static let errors = """
    Another checksum than `sha256`: nothing is put in place then. An address that cannot be reached, named together with \
    `parameter`. Neither `sha256` nor `unverified` given. A link or a directory at the path.
    """
  static let example =
    #"download.fetch { url = "https://example.com/kube-flannel.yml", path = "/usr/local/share/vsr/kube-flannel.yml", sha256 = params.flannel_sha256, mirror = params.flannel_manifest, parameter = "flannel_manifest" }"#

  @Argument("where it is published: http, https, file or an absolute path") var url: ArtifactAddress
  @Argument("where the file is put") var path: AbsolutePath
  @Argument("the checksum that it has") var sha256: SHA256Sum?
  @Argument("whether it is taken as it comes, where its checksum is not known") var unverified = false
  @Argument("permission bits") var mode = FileMode(0o644)
  @Argument("where a site has it; used in place of url") var mirror: ArtifactAddress?
  @Argument("the runbook's parameter for the mirror, named where the file cannot be had") var parameter: String?
  @Argument("seconds that it may take") var timeout = 300

  var target: String { path.text }

  /// As much as a host reads of a file.
  private static let sizeLimit = 64 << 20

  func validate() throws(ArgumentError) {
    for (name, address) in [("url", url), ("mirror", mirror ?? url)] {
      guard address.localPath != nil || ["http", "https"].contains(address.scheme) else {
        throw ArgumentError(Self.name, name, "expected http, https, file or an absolute path, got \(address)")
      }
    }
    guard (sha256 != nil) != unverified else {
      throw ArgumentError(
        Self.name, nil, "give one of sha256 = \"…\" (as sha256sum prints it) and unverified = true (taken as it comes)")
    }
    guard (1...86400).contains(timeout) else {
      throw ArgumentError(Self.name, "timeout", "expected seconds from 1 to 86400, got \(timeout)")
    }
  }

  struct State: Codable, Equatable {
    var file: FileFootprint
    /// Whether content and mode are the wanted ones.
    var isWanted: Bool
    static func == (a: State, b: State) -> Bool { a.file == b.file }
  }

  func observe(_ context: Context) throws -> State {
    let file = try FileFootprint.observe(path.text, context)
    var isWanted = file.kind == .file && file.mode == mode.bits && file.owner == .root
    if isWanted, let sha256 {
      isWanted = SHA256Sum(of: try context.host.read(path.text), on: context.host) == sha256
    }
    return State(file: file, isWanted: isWanted)
  }

  func holds(_ state: State) -> Bool { state.isWanted }

  func apply(_ context: Context, from state: State) async throws {
    guard state.file.kind == .absent || state.file.kind == .file else {
      throw PrimitiveError(
        "\(path) is a \(state.file.kind.rawValue), not a file", hint: "remove it by file.remove first")
    }
    var content = try await content(context)
    if let sha256 {
      let sum = SHA256Sum(of: content, on: context.host)
      guard sum == sha256 || sum == nil else {
        throw PrimitiveError(
          "\(address) has the SHA-256 \(sum ?? sha256), expected \(sha256): nothing was put at \(path)",
          hint: "it is another version, or was changed on its way; look at it before you correct the checksum")
      }
      if sum == nil { content = UnknownContent(sha256: sha256.text).bytes }
    }
    try state.file.makeParents(context.host)
    try context.host.replace(path.text, with: content, mode: mode.bits, owner: .root)
  }

  func isUndone(_ state: State, before: State) -> Bool { state.file.isBack(to: before.file) }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    try before.file.restore(path.text, context)
  }

  // MARK: Fetching

  private var address: ArtifactAddress { mirror ?? url }

  private func content(_ context: Context) async throws -> [UInt8] {
    if let path = address.localPath {
      do {
        return try context.host.read(path)
      } catch {
        if error.reason == .killed { throw error }
        throw failure("\(error)")
      }
    }
    let result: CommandResult
    do {
      result = try await context.host.run(curl)
    } catch {
      if error.isAbsent { throw PrimitiveError("cannot fetch \(address): \(error)", hint: "install the package curl") }
      if error.isTimeout { throw failure("\(error)") }
      throw error
    }
    guard result.succeeded else { throw failure(result.complaint) }
    guard result.output.count <= Self.sizeLimit else { throw failure("it is larger than 64 MiB") }
    return result.output
  }

  /// Nothing of a download that is cut off is left on a disk: it comes through a pipe.
  private var curl: Command {
    Command(
      [
        "curl", "--fail", "--silent", "--show-error", "--location", "--globoff", "--proto", "=http,https",
        "--connect-timeout", "\(min(timeout, 30))", "--max-time", "\(timeout)", "--max-filesize", "\(Self.sizeLimit)",
        address.text,
      ], timeout: timeout + 15, isReadOnly: true, isQuiet: true, outputLimit: Self.sizeLimit + 1)
  }

  private func failure(_ why: String) -> PrimitiveError { address.failure("fetch", why, parameter: parameter) }
}
