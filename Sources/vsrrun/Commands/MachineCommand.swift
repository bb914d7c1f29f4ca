import ArgumentParser
import Host
import Journal
import LiveHost
import MachineModel
import Values

struct MachineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine", abstract: "Work with machine files.", subcommands: [Capture.self, Reboot.self, Diff.self])

  struct Capture: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Describe this machine in a machine file.")
    @Option(name: .shortAndLong, help: ArgumentHelp("Where to (default: standard output).", valueName: "file"))
    var output: String?

    @MainActor func run() async throws {
      let machine = try await Machine.capture(from: LiveHost())
      if let output {
        try MachineFile(output).store(machine)
      } else {
        Console.output(String(decoding: machine.save(), as: UTF8.self))
      }
    }
  }

  struct Reboot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Reboot the machine in a machine file.")
    @Argument(help: "The machine file.") var file: String

    @MainActor func run() async throws {
      var options = MachineOptions()
      options.machine = self.file
      let holder = MachineLock.Holder(run: nil, command: "machine reboot", since: LiveHost().now)
      let file = MachineFile(file)
      try withExtendedLifetime(try MachineLock(options.lockPath(), holder: holder)) {
        try file.store(Input.machine(self.file).rebooted())
      }
    }
  }

  struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Compare two machine files; ends with 2 if they differ.")
    @Argument(help: "The one.") var before: String
    @Argument(help: "The other.") var after: String

    @MainActor func run() async throws {
      // Process ids and start times say nothing of how a machine is set up.
      let differences = try Input.machine(after).normalized()
        .differences(from: Input.machine(before).normalized())
      for difference in differences {
        Console.output(
          "\(difference.path): \(difference.before?.shortText ?? "absent") → \(difference.after?.shortText ?? "absent")"
        )
      }
      if !differences.isEmpty { throw Failure.Code.changes.error }
    }
  }
}
