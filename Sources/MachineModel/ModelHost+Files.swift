public import Host

extension ModelHost {
  public func status(_ path: String) throws(HostError) -> FileStatus? {
    try look(.status, path) { () throws(Refusal) in
      do throws(Refusal) {
        return try fileStatus(path, followLast: false)
      } catch .error(.noEntry), .error(.notDirectory) {
        return nil
      }
    }
  }

  private func fileStatus(_ path: String, followLast: Bool) throws(Refusal) -> FileStatus? {
    switch try paths.place(path, followLast: followLast, machine).stand {
    case nil: return nil
    case .beneath(let status): return status
    case .generated(let node): return status(node)
    case .stored(let node): return Self.status(node)
    }
  }

  private func status(_ node: Node) -> FileStatus {
    let (kind, mode, modified): (FileStatus.Kind, UInt16, Int) =
      switch node {
      case .folder: (.directory, 0o755, Clock.start)
      case .link: (.link, 0o777, Clock.start)
      case .attribute(let attribute): (.file, attribute.mode, Clock.start)
      case .device(let mode, let made): (.other, mode, made == 0 ? Clock.files : made)
      }
    return FileStatus(
      kind: kind, mode: mode, owner: .root, size: kind == .file ? 4096 : 0, modified: modified)
  }

  private static func status(_ node: FileTree.Node) -> FileStatus {
    let (kind, size): (FileStatus.Kind, Int) =
      switch node.content {
      case .file(let bytes): (.file, bytes.count)
      case .link(let target): (.link, target.utf8.count)
      case .directory: (.directory, 4096)
      case .device, .absent: (.other, 0)
      }
    return FileStatus(kind: kind, mode: node.mode, owner: node.owner, size: size, modified: node.modified)
  }

  public func read(_ path: String) throws(HostError) -> [UInt8] {
    try look(.read, path) { () throws(Refusal) in
      do throws(Refusal) {
        return try content(of: path)
      } catch .error(.noEntry) where GitCheckout.mayHave(path, machine) {
        return UnknownContent().bytes
      }
    }
  }

  private func content(of path: String) throws(Refusal) -> [UInt8] {
    let place = try paths.place(path, followLast: true, machine)
    switch place.stand {
    case nil: throw .noEntry
    case .beneath:
      return try paths.beneath { base throws(HostError) in try base.read(place.path) } ?? []
    case .generated(.attribute(let attribute)):
      guard let read = attribute.read else { throw .denied }
      return Array(try read(machine).utf8)
    case .generated(.folder): throw .error(.isDirectory)
    case .generated: return []
    case .stored(let node):
      switch node.content {
      case .file(let bytes): return bytes
      case .directory: throw .error(.isDirectory)
      case .link, .device, .absent: return []
      }
    }
  }

  public func list(_ path: String) throws(HostError) -> [String] {
    try look(.list, path) { () throws(Refusal) in
      let place = try paths.place(path, followLast: true, machine)
      guard place.stand != nil else { throw .noEntry }
      return try paths.names(place.path, machine)
    }
  }

  public func readLink(_ path: String) throws(HostError) -> String {
    try look(.readLink, path) { () throws(Refusal) in
      let place = try paths.place(path, followLast: false, machine)
      guard let stand = place.stand else { throw .noEntry }
      guard let target = try paths.target(stand, place.path) else { throw .invalid }
      return target
    }
  }

  // MARK: Changes

  /// A link at `path` is followed, and stays.
  public func replace(_ path: String, with content: [UInt8], mode: UInt16, owner: Owner) throws(HostError) {
    try change(.replace, path) { machine throws(Refusal) in
      let place = try self.place(path, followLast: true, in: machine)
      switch place.stand {
      case .generated: throw .denied
      case .beneath(let status): if status.kind != .file { throw .invalid }
      case .stored(let node):
        guard case .file = node.content else {
          if case .directory = node.content { throw .error(.isDirectory) }
          throw .invalid
        }
      case nil: try self.checkIsStored(place.path, in: machine)
      }
      machine.files.set(
        place.path, FileTree.Node(content: .file(content), mode: mode, owner: owner, modified: machine.clock),
        at: machine.clock)
    }
  }

  public func writeAttribute(_ path: String, _ content: String, deadline: Int) async throws(HostError) {
    try change(.write, path, deadline: deadline, placeholder: ()) { machine, outcome throws(Refusal) in
      var content = content
      if case .short(let count)? = outcome { content = String(count) }
      let place = try self.place(path, followLast: true, in: machine)
      switch place.stand {
      case nil: throw .noEntry
      case .generated(.attribute(let attribute)):
        guard let write = attribute.write else { throw .denied }
        try write(&machine, content)
      case .generated(.folder): throw .error(.isDirectory)
      case .generated: break
      case .stored(var node):
        guard case .file = node.content else { throw .error(.isDirectory) }
        node.content = .file(Array(content.utf8))
        node.modified = machine.clock
        machine.files.set(place.path, node)
      case .beneath: try self.writeBeneath(place.path, content, &machine)
      }
    }
  }

  /// A parameter that only the machine beneath has becomes one of the model.
  private func writeBeneath(_ path: String, _ content: String, _ machine: inout Machine) throws(Refusal) {
    let root = "/proc/sys/"
    guard path.hasPrefix(root) else { throw .unmodelled }
    let former = try paths.beneath { base throws(HostError) in try base.read(path) } ?? []
    let key = String(path.dropFirst(root.count))
    machine.sysctl[key] = String(decoding: former, as: UTF8.self).trimmed
    try machine.writeSysctl(key, content)
  }

  public func makeDirectory(_ path: String, mode: UInt16) throws(HostError) {
    try change(.directory, path) { machine throws(Refusal) in
      let place = try self.place(path, followLast: false, in: machine)
      guard place.stand == nil else { throw .error(.exists) }
      try self.checkIsStored(place.path, in: machine)
      var children: [String: FileTree.Node] = [:]
      // What the machine beneath has there was taken away before, and stays away.
      if machine.files[place.path]?.content == .absent {
        for name in try self.paths.beneath({ base throws(HostError) in try base.listIfPresent(place.path) }) ?? [] {
          children[name] = FileTree.Node(content: .absent, mode: 0)
        }
      }
      machine.files.set(
        place.path, FileTree.Node(content: .directory(children), mode: mode, modified: machine.clock),
        at: machine.clock)
    }
  }

  public func makeLink(_ path: String, to target: String) throws(HostError) {
    try change(.link, path) { machine throws(Refusal) in
      let place = try self.place(path, followLast: false, in: machine)
      if let stand = place.stand {
        guard try self.paths.target(stand, place.path) != nil else { throw .error(.exists) }
        if case .generated = stand { throw .denied }
      } else {
        try self.checkIsStored(place.path, in: machine)
      }
      machine.files.set(
        place.path, FileTree.Node(content: .link(target), mode: 0o777, modified: machine.clock), at: machine.clock)
    }
  }

  public func setAttributes(_ path: String, mode: UInt16, owner: Owner) throws(HostError) {
    try change(.attributes, path) { machine throws(Refusal) in
      let place = try self.place(path, followLast: true, in: machine)
      switch place.stand {
      case nil: throw .noEntry
      case .generated: throw .unmodelled
      case .stored(var node):
        node.mode = mode
        node.owner = owner
        node.isImplied = false
        machine.files.set(place.path, node)
      case .beneath(let status):
        let content: FileTree.Content
        switch status.kind {
        case .directory: content = machine.files[place.path]?.content ?? .directory([:])
        case .file:
          content = .file(try self.paths.beneath { base throws(HostError) in try base.read(place.path) } ?? [])
        case .link, .other: throw .unmodelled
        }
        machine.files.set(
          place.path, FileTree.Node(content: content, mode: mode, owner: owner, modified: status.modified))
      }
    }
  }

  public func remove(_ path: String) throws(HostError) {
    try change(.remove, path) { machine throws(Refusal) in
      let place = try self.place(path, followLast: false, in: machine)
      switch place.stand {
      case nil: throw .noEntry
      case .generated: throw .error(.notPermitted)
      case .stored(let node): if case .directory = node.content { try self.checkIsEmpty(place.path, in: machine) }
      case .beneath(let status): if status.kind == .directory { try self.checkIsEmpty(place.path, in: machine) }
      }
      let isBeneath = try self.paths.beneath { base throws(HostError) in try base.status(place.path) } != nil
      machine.files.set(place.path, isBeneath ? FileTree.Node(content: .absent, mode: 0) : nil, at: machine.clock)
    }
  }

  public func settle() throws(HostError) {
    try look(.settle, "all files") { () throws(Refusal) in }
  }

  // MARK: Help

  func place(_ path: String, followLast: Bool, in machine: Machine) throws(Refusal) -> Place {
    try paths.place(path, followLast: followLast, machine)
  }

  private func checkIsEmpty(_ path: String, in machine: Machine) throws(Refusal) {
    if machine.mounts.contains(where: { $0.target == path }) { throw .busy }
    guard try paths.names(path, machine).isEmpty else { throw .error(.notEmpty) }
  }

  /// Whether files can be made there: only the kernel makes some in what it generates.
  private func checkIsStored(_ path: String, in machine: Machine) throws(Refusal) {
    if path.hasPrefix("/sys/") || path.hasPrefix("/proc/") { throw .denied }
  }
}
