import Host

/// All that writing or removing a file changes, as undo has to restore it: what stands at the path, and which of its
/// parent directories are not there yet.
struct FileFootprint: Codable, Equatable {
  enum Kind: String, Codable { case absent, file, directory, link, other }

  var kind: Kind
  var mode: UInt16?
  var owner: Owner?
  /// The hash under which the content is kept, of a file.
  var content: String?
  /// Where it points, of a link.
  var target: String?
  /// The parents that are missing, outermost first.
  var missingParents: [String]?
  /// The parents that hold nothing but, at most, the next of them: an effect that was cut off may have made them.
  var emptyParents: [String]?

  /// What stands at the path counts; who else lives in its parents does not.
  static func == (a: FileFootprint, b: FileFootprint) -> Bool {
    a.kind == b.kind && a.mode == b.mode && a.owner == b.owner && a.content == b.content && a.target == b.target
  }

  /// What stands at `path` now.
  static func observe(_ path: String, _ context: Context) throws -> FileFootprint {
    let host = context.host
    guard let status = try host.status(path) else {
      let (missing, empty) = try parents(of: path, host)
      return FileFootprint(
        kind: .absent, missingParents: missing.isEmpty ? nil : missing, emptyParents: empty.isEmpty ? nil : empty)
    }
    switch status.kind {
    case .file:
      let hash = context.contents.hash(try host.read(path))
      return FileFootprint(kind: .file, mode: status.mode, owner: status.owner, content: hash)
    case .directory: return FileFootprint(kind: .directory, mode: status.mode, owner: status.owner)
    case .link: return FileFootprint(kind: .link, target: try host.readLink(path))
    case .other: return FileFootprint(kind: .other)
    }
  }

  /// The parents of an absent path that are missing, and those above them that are empty, outermost first.
  private static func parents(of path: String, _ host: any Host) throws -> (missing: [String], empty: [String]) {
    var (missing, empty): ([String], [String]) = ([], [])
    var parent = directory(of: path)
    while parent != "/" {
      guard let status = try host.status(parent) else {
        missing.insert(parent, at: 0)
        parent = directory(of: parent)
        continue
      }
      let names = status.kind == .directory ? try host.list(parent) : [""]
      guard names.isEmpty || names.map({ "\(parent)/\($0)" }) == empty.first.map({ [$0] }) else { break }
      empty.insert(parent, at: 0)
      parent = directory(of: parent)
    }
    return (missing, empty)
  }

  static func directory(of path: String) -> String {
    let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    return parent.isEmpty ? "/" : String(parent)
  }

  /// Whether this is `before` again: the path as it was, and no empty directory left that was not there.
  func isBack(to before: FileFootprint) -> Bool {
    self == before && !(emptyParents ?? []).contains { before.missingParents?.contains($0) == true }
  }

  /// Makes the missing parents, mode 0755.
  func makeParents(_ host: any Host) throws {
    for parent in missingParents ?? [] where try host.status(parent) == nil {
      try host.makeDirectory(parent, mode: 0o755)
    }
  }

  /// Brings `path` back to what this footprint says.
  func restore(_ path: String, _ context: Context) throws {
    let host = context.host
    let now = try host.status(path)?.kind
    switch kind {
    case .absent:
      if now != nil { try remove(path, host) }
      for parent in (missingParents ?? []).reversed() {
        do {
          try host.remove(parent)
        } catch {
          // Another file has come to live there: its directory stays.
          guard error.isAbsent || error.isSystem(.notEmpty) else { throw error }
        }
      }
    case .file:
      if let now, now != .file { try remove(path, host) }
      let bytes = try context.contents.content(content ?? "")
      try host.replace(path, with: bytes, mode: mode ?? 0o644, owner: owner ?? .root)
    case .link:
      if let now, now != .link { try remove(path, host) }
      try host.makeLink(path, to: target ?? "")
    case .directory:
      if now != .directory {
        if now != nil { try remove(path, host) }
        try host.makeDirectory(path, mode: mode ?? 0o755)
      }
      try host.setAttributes(path, mode: mode ?? 0o755, owner: owner ?? .root)
    case .other: break
    }
  }

  private func remove(_ path: String, _ host: any Host) throws {
    do {
      try host.remove(path)
    } catch {
      guard error.isSystem(.notEmpty) else { throw error }
      throw PrimitiveError(
        "\(path) is not empty: what is in it came from elsewhere", hint: "look at it, and remove it by hand")
    }
  }
}
