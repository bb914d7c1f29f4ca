/// What the machine's packages have brought.
extension Machine {
  /// What a package needs and brings.
  func contents(_ name: String, version: String) -> PackageContents {
    packages.contents[name] ?? KnownContents.contents(name, version: version)
  }

  func contents(_ name: String) -> PackageContents {
    contents(name, version: packages.installed[name]?.version ?? "")
  }

  /// A file that a package brings.
  struct PackageFile: Equatable {
    var text: String
    var mode: UInt16 = 0o644
    var isConffile = false
  }

  /// The files of a package, by canonical path.
  func packageFiles(_ name: String, version: String) -> [String: PackageFile] {
    let contents = contents(name, version: version)
    var files = contents.files.mapValues { PackageFile(text: $0) }
    for (path, text) in contents.conffiles { files[path] = PackageFile(text: text, isConffile: true) }
    for program in contents.programs {
      files["/usr/bin/\(program)"] = PackageFile(text: "\(program) \(version)\n", mode: 0o755)
    }
    for (unit, known) in contents.units { files["/usr/lib/systemd/system/\(unit)"] = PackageFile(text: known.text) }
    return files
  }

  /// The files of all packages that are there, without conffiles of removed ones.
  var allPackageFiles: [String: PackageFile] {
    var files: [String: PackageFile] = [:]
    for (name, package) in packages.installed {
      for (path, file) in packageFiles(name, version: package.version) where package.isPresent || file.isConffile {
        files[path] = file
      }
    }
    return files
  }

  /// The units of the packages that are installed.
  var packageUnits: [String: PackageContents.Unit] {
    var units: [String: PackageContents.Unit] = [:]
    for (name, package) in packages.installed where package.status == .installed {
      units.merge(contents(name, version: package.version).units) { $1 }
    }
    return units
  }

  /// The mark by which apt sees that dpkg was cut off.
  static let dpkgUpdates = "/var/lib/dpkg/updates"

  var isDpkgInterrupted: Bool {
    files.names(Self.dpkgUpdates).contains { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
  }
}
