import YAML

extension MachineReader {
  // MARK: Packages

  /// Reads what differs from an ordinary server's packages:
  ///
  /// - `installed`: a version by name, or a table of `version`, `state`, `auto`, `held`; `absent` for an ordinary package that
  ///   is not there.
  /// - `available`: what repositories offer, by address (URI and suite): versions by package, or `unreachable`, `missing`.
  /// - `contents`: what a package needs and brings, where the model does not know it or it is to differ.
  /// - `on_offer`: what lists offer that are not among the files.
  /// - `network`: false where no repository can be reached.
  /// - `lock`: the process that holds dpkg's lock, and for how many seconds from the machine's beginning.
  mutating func readPackages() throws(YAMLError) {
    machine.packages.installed = OrdinaryPackages.installed(machine.os)
    guard let node = fields["packages"] else { return }
    let packages = try Fields(
      node, "packages", ["installed", "available", "contents", "on_offer", "network", "lock"])
    for entry in try packages.entries("contents") {
      machine.packages.contents[entry.name] = try contents(entry)
    }
    for entry in try packages.entries("installed") { try readInstalled(entry) }
    for entry in try packages.entries("available") {
      let address = entry.name.words
      guard address.count == 2, address[0].contains(":/") else {
        throw YAMLError(entry.key, "a repository is named by its URI and its suite, got '\(entry.name)'")
      }
      machine.packages.repositories[PackageRepository.address(address[0], address[1])] = try repository(entry)
    }
    for entry in try packages.entries("on_offer") { machine.packages.onOffer[entry.name] = try versions(entry) }
    machine.packages.isNetworkThere = try packages.flag("network") ?? true
    if let node = packages["lock"] {
      let lock = try Fields(node, "a lock", ["pid", "command", "seconds"])
      machine.packages.lock = PackageLock(
        pid: try lock.integer("pid", in: 1...4_194_304) ?? 1, command: try lock.text("command") ?? "apt-get",
        until: Clock.start + (try lock.integer("seconds", in: 0...1 << 30) ?? 60) * 1_000_000)
    }
  }

  private mutating func readInstalled(_ entry: YAMLNode.Entry) throws(YAMLError) {
    if entry.value.text == "absent" {
      machine.packages.installed[entry.name] = nil
      return
    }
    guard entry.value.entries != nil else {
      machine.packages.installed[entry.name] = InstalledPackage(version: try entry.value.plainText(entry.name))
      return
    }
    let fields = try Fields(entry.value, "the package \(entry.name)", ["version", "state", "auto", "held"])
    machine.packages.installed[entry.name] = InstalledPackage(
      version: try fields.required("version").plainText("version"),
      status: try fields.word("state", InstalledPackage.Status.self) ?? .installed,
      isAuto: try fields.flag("auto") ?? false, isHeld: try fields.flag("held") ?? false)
  }

  private func repository(_ entry: YAMLNode.Entry) throws(YAMLError) -> PackageRepository {
    switch entry.value.text {
    case "unreachable": return .unreachable
    case "missing": return .missing
    default: break
    }
    guard let entries = entry.value.entries else {
      throw YAMLError(
        entry.value, "a repository has versions by package, or is 'unreachable' or 'missing', got \(entry.value.shown)")
    }
    var packages: [String: [String]] = [:]
    for package in entries { packages[package.name] = try versions(package) }
    return .packages(packages)
  }

  private func versions(_ entry: YAMLNode.Entry) throws(YAMLError) -> [String] {
    guard let elements = entry.value.elements else { return [try entry.value.plainText(entry.name)] }
    var versions: [String] = []
    for element in elements { versions.append(try element.plainText(entry.name)) }
    return versions
  }

  private func contents(_ entry: YAMLNode.Entry) throws(YAMLError) -> PackageContents {
    let fields = try Fields(
      entry.value, "what the package \(entry.name) brings",
      ["depends", "recommends", "files", "conffiles", "programs", "units", "fails", "seconds"])
    var contents = PackageContents()
    contents.depends = try fields.texts("depends")
    contents.recommends = try fields.texts("recommends")
    for file in try fields.entries("files") { contents.files[file.name] = file.value.text ?? "" }
    for file in try fields.entries("conffiles") { contents.conffiles[file.name] = file.value.text ?? "" }
    contents.programs = try fields.texts("programs")
    contents.fails = try fields.text("fails")
    contents.seconds = try fields.integer("seconds", in: 0...1 << 20) ?? 0
    for unit in try fields.entries("units") {
      let fields = try Fields(unit.value, "the unit \(unit.name)", ["text", "needs", "started"])
      contents.units[unit.name] = PackageContents.Unit(
        text: try fields.text("text") ?? OrdinaryUnits.fragment(unit.name), needs: try fields.texts("needs"),
        isStarted: try fields.flag("started") ?? true)
    }
    return contents
  }
}
