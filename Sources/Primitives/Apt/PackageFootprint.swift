import Host

/// All that installing or removing packages changes, as undo has to restore it: the whole package set, since what comes
/// and goes along is not known before, and the changed conffiles of the packages that were named.
struct PackageFootprint: Codable, Equatable {
  /// Of the packages that were named, those that dpkg knows.
  var named: [String: PackageState]
  /// The conffiles of the named packages whose content is not the package's own.
  var conffiles: [String: FileFootprint]
  var all: PackageSet

  /// What became of the named packages counts; what else is installed since is another hand's.
  static func == (a: PackageFootprint, b: PackageFootprint) -> Bool {
    a.named == b.named && a.conffiles == b.conffiles
  }

  static func observe(_ names: [String], _ context: Context) async throws -> PackageFootprint {
    let all = try await PackageSet.observe(context)
    let named = all.packages.filter { names.contains($0.key) }
    return PackageFootprint(
      named: named, conffiles: try await Conffiles.changed(of: named.keys.sorted(), context), all: all)
  }

  /// Whether all packages are as they were, whoever changed them.
  func isBack(to before: PackageFootprint) -> Bool { all == before.all }
}
