/// One repository of apt's sources: an address, a suite, a component (sources.list(5)).
struct AptSource: Equatable {
  var uri: String
  var suite: String
  /// nil of a flat repository.
  var component: String?
  var signedBy: String?

  /// The sources of a machine, in apt's order.
  ///
  /// - Parameter file: The only file that counts, where one was named.
  static func all(_ files: FileTree, file: String? = nil) -> [AptSource] {
    let folder = "/etc/apt/sources.list.d"
    let names = files.names(folder).filter { $0.hasSuffix(".list") || $0.hasSuffix(".sources") }
    let paths = file.map { [$0] } ?? ["/etc/apt/sources.list"] + names.map { "\(folder)/\($0)" }
    return paths.flatMap { path in
      let text = files.text(path) ?? ""
      return path.hasSuffix(".sources") ? stanzas(text) : lines(text)
    }
  }

  /// `deb [arch=amd64 signed-by=/etc/apt/keyrings/x.gpg] URI SUITE COMPONENT…`
  private static func lines(_ text: String) -> [AptSource] {
    text.lines.flatMap { line -> [AptSource] in
      var words = String(line.prefix { $0 != "#" }).words[...]
      guard words.popFirst() == "deb" else { return [] }
      var signedBy: String?
      if words.first?.hasPrefix("[") == true {
        while let word = words.popFirst() {
          let option = word.filter { $0 != "[" && $0 != "]" }
          if option.hasPrefix("signed-by=") { signedBy = String(option.dropFirst("signed-by=".count)) }
          if word.hasSuffix("]") { break }
        }
      }
      guard words.count >= 2, let uri = words.popFirst(), let suite = words.popFirst() else { return [] }
      return sources([uri], [suite], Array(words), signedBy)
    }
  }

  /// deb822(5)
  private static func stanzas(_ text: String) -> [AptSource] {
    var sources: [AptSource] = []
    var fields: [String: String] = [:]
    var key = ""
    // An empty line ends the last stanza too.
    for line in (text + "\n\n").split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#") { continue }
      if String(line).trimmed.isEmpty {
        if fields["types"]?.words.contains("deb") == true, fields["enabled"] != "no" {
          sources += self.sources(
            fields["uris"]?.words ?? [], fields["suites"]?.words ?? [], fields["components"]?.words ?? [],
            fields["signed-by"])
        }
        fields = [:]
      } else if line.hasPrefix(" ") {
        fields[key, default: ""] += " " + String(line).trimmed
      } else if let colon = line.firstIndex(of: ":") {
        key = line[..<colon].lowercased()
        fields[key] = String(line[line.index(after: colon)...]).trimmed
      }
    }
    return sources
  }

  private static func sources(_ uris: [String], _ suites: [String], _ components: [String], _ signedBy: String?)
    -> [AptSource]
  {
    uris.flatMap { uri in
      suites.flatMap { suite in
        (suite.hasSuffix("/") ? [nil] : components.map(Optional.some)).map { component in
          AptSource(
            uri: uri.hasSuffix("/") ? uri : uri + "/", suite: suite, component: component, signedBy: signedBy)
        }
      }
    }
  }

  // MARK: Its lists

  static let lists = "/var/lib/apt/lists"

  var address: String { PackageRepository.address(uri, suite) }

  /// The address without what names the host's service: what apt shows of a flat repository, `https://host/path`.
  var shown: String { String(uri.dropLast()) }

  private var root: String { component == nil ? uri + (suite == "/" ? "" : suite) : "\(uri)dists/\(suite)/" }

  /// Where the packages of a flat repository on this machine are listed, uncompressed; nil of any other.
  var localList: String? {
    guard component == nil, root.hasPrefix("file:") else { return nil }
    return "/" + root.dropFirst("file:".count).drop { $0 == "/" } + "Packages"
  }

  var releaseList: String { "\(Self.lists)/\(Self.quoted(root))InRelease" }

  var packagesList: String {
    "\(Self.lists)/\(Self.quoted(root))" + (component.map { "\($0)_binary-amd64_" } ?? "") + "Packages"
  }

  var host: String { String(uri.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" && $0 != ":" }) }

  /// As apt writes an address as a file's name: without its scheme, `_` for `/`, and some characters by their number.
  private static func quoted(_ uri: String) -> String {
    let rest = uri.firstRange(of: "://").map { uri[$0.upperBound...] } ?? uri.drop { $0 != "/" }
    var name = ""
    for scalar in rest.unicodeScalars {
      switch scalar {
      case "/": name += "_"
      case "_", "~", "^", "=", "!", "@", "#", "$", "%", "&", "*", "{", "}", "[", "]", "<", ">", "|", "\\", "\"":
        name += "%" + Hexadecimal.padded(Int(scalar.value), 2)
      default: name.unicodeScalars.append(scalar)
      }
    }
    return name
  }
}
