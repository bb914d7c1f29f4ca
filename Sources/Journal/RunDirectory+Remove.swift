import Glibc

extension RunDirectory {
  /// Removes the run's records for good.
  public func remove() throws(JournalError) {
    // The journal goes last: until then the run is still known, and removing can be begun again.
    for folder in ["files", "lua"] { try Self.removeTree("\(path)/\(folder)") }
    try Self.removeTree(path)
  }

  private static func removeTree(_ path: String) throws(JournalError) {
    // A link is removed as what it is, and never followed: what it leads to is no record of the run.
    if unlink(path) == 0 || errno == ENOENT { return }
    guard errno == EISDIR, let directory = opendir(path) else { throw JournalError("remove", path, .system(.last)) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    closedir(directory)
    for name in names { try removeTree("\(path)/\(name)") }
    guard rmdir(path) == 0 else { throw JournalError("remove", path, .system(.last)) }
  }
}
