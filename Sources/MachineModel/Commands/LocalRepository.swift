import Host
import Values

extension RemoteRepository {
  /// A repository in a folder of `host` as far as it can be read without git: the tags of the commit that is checked out there,
  /// and its files. nil if that is not known.
  init?(folder: String, _ host: any Host) {
    guard let head = Self.text("HEAD", folder, host),
      let commit = head.hasPrefix("ref: ") ? Self.text(String(head.dropFirst(5)), folder, host) : head,
      commit.utf8.count == 40, Hex.decode(commit) != nil
    else { return nil }
    for tag in (try? host.listIfPresent("\(folder)/.git/refs/tags")) ?? []
    where Self.text("refs/tags/\(tag)", folder, host) == commit {
      revisions[tag] = commit
    }
    guard !revisions.isEmpty, (try? readFiles(folder, "", host)) != nil else { return nil }
    builds[Remote.anythingElse] = []
  }

  private static func text(_ name: String, _ folder: String, _ host: any Host) -> String? {
    guard let text = try? host.text("\(folder)/.git/\(name)") else { return nil }
    return text.trimmed
  }

  private mutating func readFiles(_ folder: String, _ path: String, _ host: any Host) throws(HostError) {
    for name in try host.list(folder + path) where name != ".git" {
      let path = "\(path)/\(name)"
      switch try host.status(folder + path)?.kind {
      case .directory: try readFiles(folder, path, host)
      case .file: files[String(path.dropFirst())] = try host.read(folder + path)
      default: break
      }
    }
  }
}
