import ArgumentParser

/// The program: what is common to all commands is in its options, what a command does in a file of its own.
@main
struct VSRRun: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vsrrun",
    abstract: "Runs runbooks: journaled, resumable, with a way back.",
    discussion: """
      Exit codes: 0 done; 1 failed, can be resumed; 2 there are changes (plan --detailed-exitcode); 3 failed and rolled back; \
      4 rollback incomplete; 5 another run holds the lock or is unfinished; 6 rebooting; 64 usage; 65 the runbook, the site or the \
      machine file is wrong; 130 interrupted, can be resumed.
      """,
    version: Version.text,
    subcommands: [
      Run.self, Plan.self, Rehearse.self, Resume.self, Rollback.self, Abandon.self, Boot.self, Runs.self, Show.self,
      Log.self,
      Verify.self, Prune.self, MachineCommand.self, Check.self, Diff.self, Docs.self, Facts.self, New.self,
      Test.self, Repl.self,
    ],
    defaultSubcommand: Run.self)

  static func main() async {
    Interrupts.prepare()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      if let failure = Console.outputFailure {
        Console.error(failure)
        throw Failure.Code.failed.error
      }
    } catch {
      Failure.exit(error)
    }
  }
}

enum Version {
  static let text = "0.1.0"
}
