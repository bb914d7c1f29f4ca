/// The packages of a machine as dpkg and apt know them, and the repositories that they come from.
///
/// What stands in files is found there: sources and lists, and the mark of an interrupted dpkg.
struct Packages: Equatable, Sendable {
  /// By name. A package that was removed but for its conffiles is among them.
  var installed: [String: InstalledPackage] = [:]
  /// What repositories offer, by ``PackageRepository/address``, where it is not as ordinarily.
  var repositories: [String: PackageRepository] = [:]
  /// What packages bring, where it is not as ordinarily.
  var contents: [String: PackageContents] = [:]
  /// What lists offer that are not among the machine's files, as those of a captured machine.
  var onOffer: [String: [String]] = [:]
  /// Whether any repository can be reached.
  var isNetworkThere = true
  /// Who keeps others from installing.
  var lock: PackageLock?
}

/// A package that dpkg knows.
struct InstalledPackage: Equatable, Sendable {
  /// dpkg's words (dpkg(1), "Package states").
  enum Status: String, CaseIterable, Sendable {
    case installed, unpacked
    case halfConfigured = "half-configured"
    case halfInstalled = "half-installed"
    case removed = "config-files"
  }

  var version: String
  var status = Status.installed
  /// It came as a dependency.
  var isAuto = false
  var isHeld = false

  /// Whether its files are there.
  var isPresent: Bool { status != .removed }
}

/// What a package needs and brings.
struct PackageContents: Equatable, Sendable {
  struct Unit: Equatable, Sendable {
    var text: String
    /// Files without which its process fails.
    var needs: [String] = []
    /// Whether the package enables and starts it.
    var isStarted = true
  }

  var depends: [String] = []
  var recommends: [String] = []
  /// Texts by path.
  var files: [String: String] = [:]
  var conffiles: [String: String] = [:]
  /// Paths of directories, which go with it when they are empty.
  var directories: [String] = []
  /// Names below `/usr/bin`.
  var programs: [String] = []
  var units: [String: Unit] = [:]
  /// Why its postinst fails, if it does: what that says.
  var fails: String?
  /// How long its installation takes.
  var seconds = 0
}

/// What a repository offers.
enum PackageRepository: Equatable, Sendable {
  /// Versions by package.
  case packages([String: [String]])
  /// Its host's name is not known.
  case unreachable
  /// The host answers, and there is no repository.
  case missing

  /// What names a repository: its URI with a `/` at its end, and its suite.
  static func address(_ uri: String, _ suite: String) -> String { uri + (uri.hasSuffix("/") ? "" : "/") + " " + suite }
}

/// A process that holds dpkg's lock.
struct PackageLock: Equatable, Sendable {
  var pid: Int
  var command: String
  /// When it lets go, on the machine's clock.
  var until: Int
}

extension Machine {
  /// Whether a package is installed and works.
  func hasPackage(_ name: String) -> Bool { packages.installed[name]?.status == .installed }

  /// The version of a package that is installed and works.
  func packageVersion(_ name: String) -> String? { hasPackage(name) ? packages.installed[name]?.version : nil }
}
