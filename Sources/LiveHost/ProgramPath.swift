import Glibc
import Host

/// Where the programs of the machine are.
enum ProgramPath {
  /// The folders in which a bare name is looked up, and the `PATH` of every command, whatever the `PATH` of this
  /// program.
  static let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]

  /// The path of a program.
  ///
  /// - Parameter program: A path, or a name to look up.
  static func find(_ program: String) throws(HostError) -> String {
    if program.contains("/") {
      try check(program)
      return program
    }
    var denied: HostError?
    for folder in folders {
      let path = folder + "/" + program
      do {
        try check(path)
        return path
      } catch  where error.isPermission {
        denied = denied ?? error
      } catch {}
    }
    throw denied
      ?? HostError(
        "run", program, .system(.noEntry),
        hint: "no such program in \(folders.joined(separator: ":")); is its package installed?")
  }

  private static func check(_ path: String) throws(HostError) {
    try systemCall("run", path) { access(path, X_OK) }
    var status = stat()
    try systemCall("run", path) { stat(path, &status) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw HostError("run", path, .system(.accessDenied), hint: "it is a directory")
    }
  }
}
