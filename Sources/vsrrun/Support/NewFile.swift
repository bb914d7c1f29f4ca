import Glibc
import Host
import LiveHost

/// Files that belong to whoever runs the program.
enum NewFile {
  /// Writes a file that is not there yet, and makes the folders that it needs.
  static func write(_ path: String, _ content: String) throws {
    let files = LiveHost()
    var folder = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      folder += folder.isEmpty && !path.hasPrefix("/") ? part : "/\(part)"
      guard !part.isEmpty, try files.status(folder) == nil else { continue }
      try files.makeDirectory(folder, mode: 0o755)
    }
    let owner = Owner(user: getuid(), group: getgid())
    try files.replace(path, with: Array(content.utf8), mode: 0o644, owner: owner)
  }
}
