import ArgumentParser
import Glibc

struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where runs are kept (default: /var/lib/vsrrun; without root $XDG_STATE_HOME/vsrrun).", valueName: "dir"),
    completion: .directory)
  var state: String?

  func validate() throws {
    if state == "" { throw ValidationError("--state needs a directory") }
  }

  var directory: String {
    if let state { return state }
    if getuid() == 0 { return "/var/lib/vsrrun" }
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    return "\(variable("XDG_STATE_HOME") ?? "\(variable("HOME") ?? "/tmp")/.local/state")/vsrrun"
  }
}
