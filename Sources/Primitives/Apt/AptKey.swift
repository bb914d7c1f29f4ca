import Host

struct AptKey: Effect {
  static let name = "apt.key"
  static let summary =
    "The key that signs a package repository is in a keyring file of its own, and is the expected one."
  static let details = """
    The fingerprint is computed from the key itself, without gpg. A file that ends in .gpg is written in binary form, one that ends in .asc as \
    text; mode 0644, since apt reads it as the user _apt. Name the file in `signed_by` of apt.repository: then the key counts for that \
    repository alone (documented step D6).
    """
  static let undoing = """
    The former file comes back, with content, mode and owner; where there was none it goes, with the directories that were \
    made for it and are empty.
    """
  static let errors = """
    Another fingerprint than the expected one. `content` and `source` both given, or neither. A link or a directory at the \
    path.
    """
  static let example =
    #"apt.key { path = "/etc/apt/keyrings/kubernetes.gpg", source = "/var/cache/vsr/Release.key", fingerprint = "DE15B14486CD377B9E876E1A234654DA9A296436" }"#

  @Argument("the keyring file; ends in .gpg or .asc") var path: AbsolutePath
  @Argument("of the key that is expected: 40 hexadecimal digits, spaces do not matter") var fingerprint: KeyFingerprint
  @Argument("the key as text (-----BEGIN PGP PUBLIC KEY BLOCK-----); either this or source is given") var content:
    String?
  @Argument("a file that has the key, as text or binary, such as one that download.fetch brought") var source:
    AbsolutePath?

  var target: String { path.text }
  private var isText: Bool { path.text.hasSuffix(".asc") }

  func validate() throws(ArgumentError) {
    guard isText || path.text.hasSuffix(".gpg") else {
      throw ArgumentError(Self.name, "path", "apt reads keyring files that end in .gpg or .asc, got \"\(path)\"")
    }
    guard (content == nil) != (source == nil) else {
      throw ArgumentError(
        Self.name, nil, "give one of content = \"-----BEGIN PGP PUBLIC KEY BLOCK…\" and source = \"/path\"")
    }
    guard let content else { return }
    do {
      try check(try OpenPGPKeys(Array(content.utf8)), in: "content")
    } catch {
      throw ArgumentError(Self.name, "content", error.description)
    }
  }

  /// Refuses any key but the expected one.
  private func check(_ keys: OpenPGPKeys, in place: String) throws(PrimitiveError) {
    guard keys.fingerprints != [fingerprint] else { return }
    let got = keys.fingerprints.map(\.text).joined(separator: ", ")
    throw PrimitiveError(
      "the key in \(place) has the fingerprint \(got), expected \(fingerprint.text)",
      hint: "if its owner has changed the key, learn the new fingerprint from a place that you trust")
  }

  struct State: Codable, Equatable {
    var file: FileFootprint
    /// Whether it is the wanted key, with mode and owner.
    var isWanted: Bool
    static func == (a: State, b: State) -> Bool { a.file == b.file }
  }

  func observe(_ context: Context) throws -> State {
    let file = try FileFootprint.observe(path.text, context)
    guard file.kind == .file, file.mode == 0o644, file.owner == .root else { return State(file: file, isWanted: false) }
    let present = try context.host.read(path.text)
    if let wanted = try wantedContent(context) { return State(file: file, isWanted: present == wanted) }
    // The download is gone: the key that is in place says by itself whether it is the right one.
    let keys = try? OpenPGPKeys(present)
    return State(file: file, isWanted: keys?.fingerprints == [fingerprint])
  }

  /// What the file is to hold; nil where the source is not there (any more).
  private func wantedContent(_ context: Context) throws -> [UInt8]? {
    guard let given = try given(context.host) else { return nil }
    // On a model, what a download brings is not always known; on a machine it never is of this kind.
    if context.host.isModel, UnknownContent(given) != nil { return given }
    let keys = try OpenPGPKeys(given)
    try check(keys, in: source?.text ?? "content")
    return isText ? keys.armored : keys.binary
  }

  private func given(_ host: any Host) throws -> [UInt8]? {
    guard let source else { return Array((content ?? "").utf8) }
    return try host.exists(source.text) ? try host.read(source.text) : nil
  }

  func holds(_ state: State) -> Bool { state.isWanted }

  func apply(_ context: Context, from state: State) throws {
    guard state.file.kind == .absent || state.file.kind == .file else {
      throw PrimitiveError(
        "\(path) is a \(state.file.kind.rawValue), not a file", hint: "remove it by file.remove first")
    }
    guard let content = try wantedContent(context) else {
      throw PrimitiveError(
        "there is no file \(source?.text ?? "")", hint: "it is to be fetched before (download.fetch)")
    }
    try state.file.makeParents(context.host)
    try context.host.replace(path.text, with: content, mode: 0o644, owner: .root)
  }

  func isUndone(_ state: State, before: State) -> Bool { state.file.isBack(to: before.file) }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    try before.file.restore(path.text, context)
  }
}
