/// What the package lists on a machine offer.
struct PackageOffers {
  struct Offer: Equatable {
    var version: String
    /// Where it comes from, in the words of apt-cache: `https://pkgs.k8s.io/core:/stable:/v1.24/deb  Packages`.
    var origin: String
  }

  private(set) var offers: [String: [Offer]] = [:]

  /// Those of the sources that the machine has now; a source whose lists were not read offers nothing.
  init(_ machine: Machine) {
    for source in AptSource.all(machine.files) {
      guard let text = machine.files.text(source.packagesList) else { continue }
      let origin =
        "\(source.shown) " + (source.component.map { "\(source.suite)/\($0) amd64 Packages" } ?? " Packages")
      for (name, versions) in Self.read(text) { add(name, versions, origin) }
    }
    for (name, versions) in machine.packages.onOffer {
      add(name, versions, "http://deb.debian.org/debian stable/main amd64 Packages")
    }
  }

  private mutating func add(_ name: String, _ versions: [String], _ origin: String) {
    var known = offers[name] ?? []
    known += versions.filter { version in !known.contains { $0.version == version } }
      .map { Offer(version: $0, origin: origin) }
    offers[name] = known.sorted { DebianVersion($0.version) > DebianVersion($1.version) }
  }

  subscript(name: String) -> [Offer] { offers[name] ?? [] }

  /// The version that apt would install: the newest that is on offer or installed.
  func candidate(_ name: String, _ machine: Machine) -> String? {
    let installed = machine.packages.installed[name].flatMap { $0.isPresent ? $0.version : nil }
    let best = self[name].first?.version
    guard let best, let installed else { return best ?? installed }
    return DebianVersion(best) > DebianVersion(installed) ? best : installed
  }

  // MARK: Lists as files

  /// The text of a `Packages` file.
  static func write(_ packages: [String: [String]]) -> String {
    packages.sorted { $0.key < $1.key }.flatMap { name, versions in
      versions.map { "Package: \(name)\nVersion: \($0)\n\n" }
    }.joined()
  }

  static func read(_ text: String) -> [String: [String]] {
    var packages: [String: [String]] = [:]
    var name = ""
    for line in text.lines {
      if line.hasPrefix("Package: ") { name = String(line.dropFirst("Package: ".count)) }
      if line.hasPrefix("Version: ") { packages[name, default: []].append(String(line.dropFirst("Version: ".count))) }
    }
    return packages
  }
}
