import ArgumentParser
import Engine
import Glibc
import Host
import Journal
import LiveHost
import MachineModel

struct MachineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Act on the model of a machine in this file instead of on this machine.", valueName: "file"),
    completion: Completions.machines)
  var machine: String?

  /// The machine to act on. A model in a file is saved after every change.
  func open() throws -> OpenMachine {
    guard let machine else { return OpenMachine(host: LiveHost(), file: nil) }
    let file = MachineFile(machine)
    return OpenMachine(host: ModelHost(try Input.machine(machine), save: file.store), file: file)
  }

  /// The lock that a run of this machine holds; a link to a machine file is that file, and what is no file has none.
  func lockPath() throws -> String {
    guard let machine else { return MachineLock.path }
    try Input.requireFile(machine)
    guard let real = realpath(machine, nil) else { return "\(machine).lock" }
    defer { free(real) }
    return "\(String(cString: real)).lock"
  }
}

extension MachineOptions {
  /// The run of this machine that a process has in hand now.
  func runAtWork() throws -> String? { MachineLock.holder(of: try lockPath())?.run }
}

/// The machine that a command acts on.
struct OpenMachine {
  var host: any Host
  var file: MachineFile?

  /// Where units on it find this program.
  var program: String { file == nil ? Installation.program : Engine.installedProgram }

  /// A model of this machine in memory, which anything may be tried on.
  ///
  /// - Parameter faults: what goes wrong on it.
  func rehearsal(faults: [Fault] = []) async throws -> ModelHost {
    if let model = host as? ModelHost { return ModelHost(model.machine, faults: faults) }
    return ModelHost(try await Machine.capture(from: host), base: host, faults: faults)
  }
}
