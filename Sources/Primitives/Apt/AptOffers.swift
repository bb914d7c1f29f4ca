import Host

/// What the package lists offer of a package.
struct AptOffers {
  var candidate: String?
  /// The versions that a repository offers, newest first. One that is only installed is not among them.
  var versions: [String] = []

  /// The newest version on offer that a request accepts: the candidate, if that is one.
  func version(for request: PackageRequest) -> String? {
    if let candidate, request.accepts(candidate), versions.contains(candidate) { return candidate }
    return versions.first(where: request.accepts)
  }

  /// The offers for these packages, by name, from `apt-cache policy`. A package that no list knows is absent.
  static func of(_ names: [String], _ context: Context) async throws -> [String: AptOffers] {
    guard !names.isEmpty else { return [:] }
    let result = try await AptPrograms.read(["apt-cache", "policy"] + names, context)
    guard result.succeeded else { throw PrimitiveError("apt-cache policy: \(result.complaint)") }
    return parse(String(decoding: result.output, as: UTF8.self))
  }

  static func parse(_ text: String) -> [String: AptOffers] {
    var offers: [String: AptOffers] = [:]
    var name = ""
    var version = ""
    for line in text.split(separator: "\n") {
      if !line.hasPrefix(" ") {
        name = line.hasSuffix(":") ? String(line.dropLast()) : ""
        if !name.isEmpty { offers[name] = AptOffers() }
      } else if let candidate = line.firstRange(of: "  Candidate: ").map({ line[$0.upperBound...] }) {
        offers[name]?.candidate = candidate == "(none)" ? nil : String(candidate)
      } else if line.hasPrefix("        ") {
        // Where the version above comes from: `        500 https://pkgs.k8s.io/core:/stable:/v1.24/deb  Packages`
        let source = line.split(separator: " ").dropFirst().first ?? ""
        if source != "/var/lib/dpkg/status", offers[name]?.versions.last != version {
          offers[name]?.versions.append(version)
        }
      } else if line.hasPrefix("     ") || line.hasPrefix(" *** ") {
        version = line.dropFirst(5).split(separator: " ").first.map(String.init) ?? ""
      }
    }
    return offers
  }

  /// Why a request cannot be met, and what could be.
  static func refusal(_ request: PackageRequest, _ offers: AptOffers?) -> PrimitiveError {
    let versions = offers?.versions ?? []
    guard !versions.isEmpty else {
      return PrimitiveError(
        "no package list offers \(request.name)",
        hint: "is its repository there (apt.repository), and were its lists read since (apt.update)?")
    }
    let shown = versions.prefix(8).joined(separator: ", ") + (versions.count > 8 ? ", …" : "")
    return PrimitiveError("\(request) is not on offer", hint: "on offer are \(shown)")
  }
}
