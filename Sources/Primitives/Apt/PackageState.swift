/// What dpkg knows of a package, and the marks on it.
///
/// In records it is the version, followed by what is not ordinary: `1.24.0-00`, `1.24.0-00 auto held`,
/// `1.24.0-00 half-configured`.
struct PackageState: Codable, Equatable, RawRepresentable {
  var version: String
  /// dpkg's word (dpkg(1), "Package states").
  var status = Self.installed
  /// Whether it came as a dependency, and goes when nothing needs it any more (apt-mark(8)).
  var isAuto = false
  var isHeld = false

  static let installed = "installed"
  /// Removed, but for its conffiles.
  static let removed = "config-files"

  /// Whether it is there and works.
  var isInstalled: Bool { status == Self.installed }
  /// Whether anything of it is there but conffiles.
  var isPresent: Bool { status != Self.removed && status != "not-installed" }

  init(version: String, status: String = Self.installed, isAuto: Bool = false, isHeld: Bool = false) {
    self.version = version
    self.status = status
    self.isAuto = isAuto
    self.isHeld = isHeld
  }

  var rawValue: String {
    ([version, status == Self.installed ? "" : status, isAuto ? "auto" : "", isHeld ? "held" : ""])
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  init?(rawValue: String) {
    let words = rawValue.split(separator: " ").map(String.init)
    guard let version = words.first else { return nil }
    self.version = version
    for word in words.dropFirst() {
      switch word {
      case "auto": isAuto = true
      case "held": isHeld = true
      default: status = word
      }
    }
  }
}
