/// What a package needs, as a list of packages says it (deb-src-control, "Package relationships").
struct PackageRelations: Equatable {
  /// Each of them by one of several packages.
  struct Field: Equatable {
    var alternatives: [[String]] = []

    /// Of each, the first alternative that is there, or else the first one that can be had. What is neither is the name of
    /// something that other packages provide: who does is not looked for.
    func names(where isThere: (String) -> Bool, or isOffered: (String) -> Bool) -> [String] {
      alternatives.compactMap { $0.first(where: isThere) ?? $0.first(where: isOffered) }
    }
  }

  var depends = Field()
  var recommends = Field()

  /// By package; of several versions the first one counts.
  static func read(_ text: String) -> [String: PackageRelations] {
    var found: [String: PackageRelations] = [:]
    var name: String?
    for line in text.lines {
      guard let colon = line.firstIndex(of: ":"), !line.hasPrefix(" ") else { continue }
      let value = line[line.index(after: colon)...]
      switch line[..<colon] {
      case "Package":
        let package = String(value).trimmed
        name = found[package] == nil ? package : nil
        if name != nil { found[package] = PackageRelations() }
      case "Depends", "Pre-Depends":
        if let name { found[name]?.depends.alternatives += alternatives(value) }
      case "Recommends":
        if let name { found[name]?.recommends.alternatives += alternatives(value) }
      default: break
      }
    }
    return found
  }

  /// The names in `a (>= 1), b:any | c`.
  private static func alternatives(_ value: Substring) -> [[String]] {
    value.split(separator: ",").map { relation in
      relation.split(separator: "|").compactMap { alternative in
        alternative.split { " (:[".contains($0) }.first.map(String.init)
      }
    }
  }
}
