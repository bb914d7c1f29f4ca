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

  /// What stands at `path` now.
  static func observe(_ path: String, _ context: Context) throws -> FileFootprint {
    guard let status = try context.host.status(path) else {
      let missing = try missingParents(of: path, context.host)
      return FileFootprint(kind: .absent, missingParents: missing.isEmpty ? nil : missing)
    }
    switch status.kind {
    case .file:
      let hash = context.contents.hash(try context.host.read(path))
      return FileFootprint(kind: .file, mode: status.mode, owner: status.owner, content: hash)
    case .directory: return FileFootprint(kind: .directory, mode: status.mode, owner: status.owner)
    case .link: return FileFootprint(kind: .link, target: try context.host.readLink(path))
    case .other: return FileFootprint(kind: .other)
    }
  }

  private static func missingParents(of path: String, _ host: any Host) throws -> [String] {
    var missing: [String] = []
    var parent = directory(of: path)
    while parent != "/", try host.status(parent) == nil {
      missing.insert(parent, at: 0)
      parent = directory(of: parent)
    }
    return missing
  }

  static func directory(of path: String) -> String {
    let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    return parent.isEmpty ? "/" : String(parent)
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
      if now != nil { try host.remove(path) }
      for parent in (missingParents ?? []).reversed() {
        do {
          try host.remove(parent)
        } catch {
          // Another file has come to live there: its directory stays.
          guard error.isAbsent || error.isSystem(.notEmpty) else { throw error }
        }
      }
    case .file:
      if now == .link { try host.remove(path) }
      let bytes = try context.contents.content(content ?? "")
      try host.replace(path, with: bytes, mode: mode ?? 0o644, owner: owner ?? .root)
    case .link:
      if let now, now != .link { try host.remove(path) }
      try host.makeLink(path, to: target ?? "")
    case .directory:
      if now == nil { try host.makeDirectory(path, mode: mode ?? 0o755) }
      try host.setAttributes(path, mode: mode ?? 0o755, owner: owner ?? .root)
    case .other: break
    }
  }
}
