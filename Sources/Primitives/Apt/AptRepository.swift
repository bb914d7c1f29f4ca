import Host

struct AptRepository: Effect {
  static let name = "apt.repository"
  static let summary = "A package repository is one of apt's sources, trusted by a key of its own."
  static let details = """
    The source is a file below /etc/apt/sources.list.d. Follow it by apt.update. Documented step D7 (the document's \
    apt.kubernetes.io was frozen on 2023-09-13 and is gone since 2024-03-04).
    """
  static let undoing =
    "The former file comes back, or goes where there was none, and the lists that were read from it go."
  static let errors = "A name, suite or component that apt would not take; addresses that are not http, https or file."
  static let example =
    #"apt.repository { name = "kubernetes", uris = { "https://pkgs.k8s.io/core:/stable:/v1.24/deb/" }, suite = "/", signed_by = "/etc/apt/keyrings/kubernetes.gpg" }"#

  enum Format: String, WordArgument {
    static var blank: Format { .sources }
    case sources, list
    static var typeName: String { "\"sources\" (deb822) or \"list\" (one line)" }
  }

  @Argument("the name of the source's file, without its ending") var name: String
  @Argument("where it is: http, https or file addresses of the same content") var uris: [String]
  @Argument("its suite, such as \"bookworm\"; one that ends in / is the path of a flat repository") var suite: String
  @Argument("its components, such as \"main\"; none of a flat repository") var components: [String] = []
  @Argument("the keyring file with its key") var signedBy: AbsolutePath
  @Argument("only these architectures; all of the machine's, if none is named") var architectures: [String] = []
  @Argument("how the source is written") var format = Format.sources

  var target: String { "/etc/apt/sources.list.d/\(name).\(format.rawValue)" }

  func validate() throws(ArgumentError) {
    // Others are ignored (sources.list(5)).
    guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
      throw ArgumentError(Self.name, "name", "expected letters, digits, '_', '-' and '.', got \"\(name)\"")
    }
    guard !uris.isEmpty else { throw ArgumentError(Self.name, "uris", "expected one address at least") }
    for uri in uris { try check(uri) }
    guard Self.isWord(suite) else { throw ArgumentError(Self.name, "suite", "expected a word, got \"\(suite)\"") }
    for (name, words) in [("components", components), ("architectures", architectures)] {
      for word in words where !Self.isWord(word) {
        throw ArgumentError(Self.name, name, "expected words, got \"\(word)\"")
      }
    }
    guard suite.hasSuffix("/") == components.isEmpty else {
      throw ArgumentError(
        Self.name, "components",
        components.isEmpty
          ? "the suite \"\(suite)\" needs a component, such as \"main\"; a flat repository's suite ends in /"
          : "a flat repository (its suite ends in /) has no components")
    }
  }

  private func check(_ uri: String) throws(ArgumentError) {
    guard Self.isWord(uri), let scheme = uri.firstRange(of: ":/").map({ uri[..<$0.lowerBound] }),
      ["http", "https", "file", "copy"].contains(scheme)
    else {
      throw ArgumentError(Self.name, "uris", "expected an http, https or file address, got \"\(uri)\"")
    }
    let host = uri.dropFirst(scheme.count + 1).drop { $0 == "/" }.prefix { $0 != "/" }
    guard host != "apt.kubernetes.io", host != "packages.cloud.google.com" || !suite.hasPrefix("kubernetes-") else {
      throw ArgumentError(
        Self.name, "uris",
        """
        \(host) was frozen on 2023-09-13 and is gone since 2024-03-04; each minor version has a repository of its own now, \
        uris = { "https://pkgs.k8s.io/core:/stable:/v1.24/deb/" } with suite = "/", and the key in Release.key there
        """)
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "_-.".utf8.contains(byte)
    }
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty && !text.contains { $0.isWhitespace || "[]#".contains($0) }
  }

  /// sources.list(5)
  private var text: String {
    let arch = architectures.joined(separator: format == .list ? "," : " ")
    switch format {
    case .list:
      let options = (arch.isEmpty ? "" : "arch=\(arch) ") + "signed-by=\(signedBy)"
      let rest = ([suite] + components).joined(separator: " ")
      return uris.map { "deb [\(options)] \($0) \(rest)\n" }.joined()
    case .sources:
      var fields = ["Types: deb", "URIs: \(uris.joined(separator: " "))", "Suites: \(suite)"]
      if !components.isEmpty { fields.append("Components: \(components.joined(separator: " "))") }
      if !arch.isEmpty { fields.append("Architectures: \(arch)") }
      return (fields + ["Signed-By: \(signedBy)", ""]).joined(separator: "\n")
    }
  }

  /// The same as writing the file, but for what apt makes of it.
  private var file: FileWrite {
    let file = FileWrite()
    file.path = AbsolutePath(target)
    file.content = text
    return file
  }

  struct State: Codable, Equatable {
    var file: FileWrite.State
    /// The lists that were read from its addresses.
    var lists: [String]
    static func == (a: State, b: State) -> Bool { a.file == b.file }
  }

  func observe(_ context: Context) throws -> State {
    let beginnings = uris.map(AptLists.fileName)
    let lists = try context.host.listIfPresent(AptLists.folder).filter { name in
      beginnings.contains { name.hasPrefix($0) }
    }
    return State(file: try file.observe(context), lists: lists)
  }

  func holds(_ state: State) -> Bool { file.holds(state.file) }
  func apply(_ context: Context, from state: State) throws { try file.apply(context, from: state.file) }

  func isUndone(_ state: State, before: State) -> Bool {
    file.isUndone(state.file, before: before.file) && Set(state.lists).isSubset(of: before.lists)
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) throws {
    for name in now.lists where !before.lists.contains(name) { try context.host.remove("\(AptLists.folder)/\(name)") }
    try file.undo(context, to: before.file, after: after?.file, from: now.file)
  }
}
