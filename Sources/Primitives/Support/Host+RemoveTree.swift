import Host

extension Host {
  /// Removes what stands at `path`, with all that is in it; links are not followed. What somebody else removes meanwhile is no
  /// error.
  func removeTree(_ path: String) throws(HostError) {
    guard let status = try status(path) else { return }
    do {
      if status.kind == .directory { try removeContents(path) }
      try remove(path)
    } catch {
      guard error.isAbsent else { throw error }
    }
  }

  func removeContents(_ path: String) throws(HostError) {
    for name in try list(path) { try removeTree("\(path)/\(name)") }
  }
}
