import Glibc
import LiveHost

/// Where the shipped runbooks and modules are: beside the program, or below `share/vsrrun` of its prefix. Versions that were
/// installed before are in folders `NAME@VERSION` of `versions/`, each with its own runbook and modules.
struct Installation {
  var runbooks: String
  var stdlib: String
  var versions: String
  /// Machine files to try things on.
  var machines: String

  /// The path of this program.
  static var program: String { (try? LiveHost().readLink("/proc/self/exe")) ?? "/usr/local/bin/vsrrun" }

  /// Looks from the program's folder upwards, as far as a build folder is below its sources.
  static func find() throws -> Installation {
    let files = LiveHost()
    var folder = program[...]
    for _ in 0..<5 {
      folder = folder.prefix(upTo: folder.lastIndex(of: "/") ?? folder.startIndex)
      for root in ["\(folder)/share/vsrrun", "\(folder)"] {
        let installation = Installation(
          runbooks: "\(root)/runbooks", stdlib: "\(root)/stdlib", versions: "\(root)/versions",
          machines: "\(root)/Examples/machines")
        if try files.status(installation.stdlib) != nil, try files.status(installation.runbooks) != nil {
          return installation
        }
      }
    }
    throw UsageError(
      "the shipped runbooks are neither beside \(program) nor in share/vsrrun of its prefix; install them there")
  }
}
