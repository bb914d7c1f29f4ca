/// What dpkg does with packages: unpack, configure, remove.
extension Machine {
  /// Puts a package's files in place; a conffile that was changed, or that somebody had made before, stays.
  mutating func unpack(_ name: String, _ version: String) {
    let former = packages.installed[name]
    let before = former.map { packageFiles(name, version: $0.version) } ?? [:]
    let after = packageFiles(name, version: version)
    for (path, file) in before where after[path] == nil && !file.isConffile { files.set(path, nil, at: clock) }
    for (path, file) in after {
      if file.isConffile, let present = files.text(path), present != before[path]?.text { continue }
      files.set(
        path, FileTree.Node(content: .file(Array(file.text.utf8)), mode: file.mode, modified: clock), at: clock)
    }
    for directory in contents(name, version: version).directories { makeDirectory(directory) }
    packages.installed[name] = InstalledPackage(
      version: version, status: .unpacked, isAuto: former?.isPresent == true && former?.isAuto == true)
    clock += contents(name, version: version).seconds * 1_000_000
  }

  /// Runs a package's postinst. Answers what that complains of, if it fails.
  mutating func configure(_ name: String) -> String? {
    guard let package = packages.installed[name], package.status == .unpacked || package.status == .halfConfigured
    else {
      return nil
    }
    let contents = contents(name, version: package.version)
    for needed in contents.depends where packages.installed[needed]?.isPresent == true && !hasPackage(needed) {
      packages.installed[name]?.status = .unpacked
      return """
        dpkg: dependency problems prevent configuration of \(name):
         \(name) depends on \(needed); however:
          Package \(needed) is not configured yet.

        dpkg: error processing package \(name) (--configure):
         dependency problems - leaving unconfigured
        """
    }
    packages.installed[name]?.status = .halfConfigured
    if let fails = contents.fails {
      return """
        \(fails)
        dpkg: error processing package \(name) (--configure):
         installed \(name) package post-installation script subprocess returned error exit status 1
        """
    }
    packages.installed[name]?.status = .installed
    reloadUnits()
    for (unit, known) in contents.units {
      if units[unit] == nil { units[unit] = Unit() }
      if units[unit]?.needs.isEmpty == true { units[unit]?.needs = known.needs }
      if known.isStarted { UnitInstallation.enable(unit, in: &files, at: clock) }
      if known.isStarted { try? startUnit(unit) }
    }
    return nil
  }

  /// Removes a package, but for its conffiles, or those too.
  mutating func remove(_ name: String, purge: Bool) {
    guard let package = packages.installed[name] else { return }
    let brought = packageFiles(name, version: package.version)
    let contents = contents(name, version: package.version)
    for unit in contents.units.keys where package.isPresent { try? stopUnit(unit) }
    for (path, file) in brought where purge || !file.isConffile {
      if file.isConffile || package.isPresent { files.set(path, nil, at: clock) }
    }
    for directory in contents.directories.reversed() where files.names(directory).isEmpty {
      files.set(directory, nil, at: clock)
    }
    for unit in contents.units.keys {
      if purge { UnitInstallation.disable(unit, in: &files) }
      if units[unit]?.fragment == nil { units[unit] = nil }
    }
    let hasConffiles = brought.contains { $0.value.isConffile && files.node($0.key) != nil }
    if purge || !hasConffiles {
      packages.installed[name] = nil
    } else {
      packages.installed[name] = InstalledPackage(version: package.version, status: .removed)
    }
    reloadUnits()
  }

  /// Leaves the mark of a dpkg that was killed.
  mutating func interruptDpkg() { files.set("\(Self.dpkgUpdates)/0000", text: "") }

  /// `dpkg --configure -a`: finishes what was begun. Answers what is printed on standard error.
  mutating func configureAll() -> [String] {
    for name in files.names(Self.dpkgUpdates) { files.set("\(Self.dpkgUpdates)/\(name)", nil) }
    var complaints: [String] = []
    var isGoingOn = true
    // Dependencies come before those that need them.
    while isGoingOn {
      isGoingOn = false
      complaints = []
      for name in packages.installed.keys.sorted() {
        let before = packages.installed[name]?.status
        if let complaint = configure(name) { complaints.append(complaint) }
        if packages.installed[name]?.status == .installed, before != .installed { isGoingOn = true }
      }
    }
    return complaints
  }
}
