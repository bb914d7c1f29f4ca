import ArgumentParser
import Engine
import Glibc
import Views

struct Repl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try Lua and primitives, line by line: on a model in memory, or, only looking, on this machine.",
    discussion:
      "Lines come from the terminal or from standard input. A local ends with its line; what is assigned without `local` stays."
  )

  @OptionGroup var machine: MachineOptions
  @Option(help: ArgumentHelp("The site's directory, for its modules.", valueName: "dir"), completion: .directory)
  var site: String?

  @MainActor func run() async throws {
    let open = try machine.open()
    let host = machine.machine == nil ? open.host : try await open.rehearsal()
    let modules = try ScriptLoader(siteAt: site).modules()
    let session = try ReplSession(host, program: open.program, modules: modules)
    Console.progress(
      host.isModel
        ? "On the model of \(host.name), in memory: nothing is saved."
        : "On this machine, only looking; with --machine FILE effects work, on the model in that file.")
    Console.progress("A `local` ends with its line; `x = 1` stays. End of input (Ctrl-D) ends it.")
    let isTerminal = isatty(STDIN_FILENO) == 1
    while true {
      if isTerminal { prompt(session.isUnfinished ? ">> " : "> ") }
      guard let line = readLine() else { break }
      await tell(session.take(line))
    }
    if isTerminal { Console.progress("") }
    await tell(session.end())
  }

  private func prompt(_ text: String) {
    var text = text
    _ = text.withUTF8 { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  private func tell(_ answer: ReplSession.Answer) {
    switch answer {
    case .nothing: break
    case .value(let text): Console.output(Printable.text(text))
    case .error(let text): Console.progress(Printable.text(text))
    }
  }
}
