import Host

extension AptGet {
  /// `apt-get update`: reads the lists of all sources anew, and forgets those of sources that are gone.
  static func update(_ call: Call, _ machine: inout Machine) -> CommandResult {
    var complaints: [String] = []
    var isFatal = false
    let folder = AptSource.lists
    let sources = AptSource.all(machine.files, file: call.sourceFile)
    let files = machine.files
    for source in sources { machine.readRepository(source) { files.text($0) } }
    for source in sources {
      let root = source.component == nil ? source.shown : "\(source.uri)dists/\(source.suite)"
      func fail(_ reason: String) {
        let level = call.failsOnAnything ? "E" : "W"
        isFatal = isFatal || call.failsOnAnything
        complaints.append("\(level): Failed to fetch \(root)/InRelease  \(reason)")
      }
      switch machine.repository(source) {
      case .unreachable: fail("Temporary failure resolving '\(source.host)'")
      case .missing:
        isFatal = true
        complaints.append(
          "Err:2 \(source.shown) \(source.suite) Release\n  404  Not Found\nE: The repository '\(source.shown) \(source.suite) Release' does not have a Release file."
        )
      case .packages(let packages):
        if let keyring = source.signedBy, machine.files.node(keyring) == nil {
          fail(
            "The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 234654DA9A296436"
          )
          continue
        }
        // All of a suite's packages are in its first component here.
        let isFirst = sources.first { $0.address == source.address } == source
        machine.writeList(source.releaseList, "Suite: \(source.suite)\n")
        machine.writeList(source.packagesList, isFirst ? PackageOffers.write(packages) : "")
      }
    }
    if !call.keepsForeignLists {
      let wanted = Set(AptSource.all(machine.files).flatMap { [$0.releaseList, $0.packagesList] })
      for name in machine.files.names(folder) where name.hasSuffix("Packages") || name.hasSuffix("InRelease") {
        if !wanted.contains("\(folder)/\(name)") { machine.files.set("\(folder)/\(name)", nil, at: machine.clock) }
      }
    }
    // Where lists arrive: its time is that of the last update, whatever came of it.
    let partial = "\(folder)/partial"
    if var node = machine.files[partial] {
      node.modified = machine.clock
      machine.files.set(partial, node)
    } else {
      machine.files.set(partial, FileTree.Node(content: .directory([:]), mode: 0o700, modified: machine.clock))
    }
    return CommandResult(
      status: isFatal ? 100 : 0, output: Array("Reading package lists...\n".utf8),
      errorOutput: Array(complaints.map { $0 + "\n" }.joined().utf8))
  }
}

// MARK: Repositories that are files

extension AptGet {
  /// Reads the repositories that are on the machine beneath the model.
  static func adopt(_ command: Command, from base: any Host, in machine: inout Machine) {
    guard let call = try? Call(command), call.verb == "update" else { return }
    for source in AptSource.all(machine.files, file: call.sourceFile) {
      machine.readRepository(source) { path in
        guard let text = try? base.text(path) else { return nil }
        return text
      }
    }
  }
}

extension Machine {
  /// Reads a repository in a folder of this machine: what it offers, and what its packages need.
  fileprivate mutating func readRepository(_ source: AptSource, _ read: (_ path: String) -> String?) {
    guard packages.repositories[source.address] == nil, let path = source.localList, let text = read(path) else {
      return
    }
    let offered = PackageOffers.read(text)
    packages.repositories[source.address] = .packages(offered)
    for (name, relations) in PackageRelations.read(text) where packages.contents[name] == nil {
      var known = contents(name, version: offered[name]?.first ?? "")
      func isThere(_ other: String) -> Bool { packages.installed[other]?.isPresent == true }
      func isOffered(_ other: String) -> Bool { offered[other] != nil }
      known.depends = relations.depends.names(where: isThere, or: isOffered)
      known.recommends = relations.recommends.names(where: isThere, or: isOffered)
      packages.contents[name] = known
    }
  }
}

extension Machine {
  /// What is at a source's address.
  func repository(_ source: AptSource) -> PackageRepository {
    guard packages.isNetworkThere else { return .unreachable }
    let isAnythingThere = remote.artifacts[Remote.anythingElse] == .unknown
    return packages.repositories[source.address]
      ?? OrdinaryPackages.repository(source, os, isAnythingThere: isAnythingThere)
  }

  fileprivate mutating func writeList(_ path: String, _ text: String) {
    if files.text(path) == text { return }
    files.set(path, FileTree.Node(content: .file(Array(text.utf8)), mode: 0o644, modified: clock), at: clock)
  }
}
