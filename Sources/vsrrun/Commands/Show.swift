import ArgumentParser
import Engine
import Values
import Views

struct Show: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show a run: its state, parameters, steps and what stands.")

  @OptionGroup var choice: RunChoice
  @OptionGroup var output: OutputOptions
  @Flag(help: "Show where each parameter, module and step came from.") var origin = false

  @MainActor func run() async throws {
    let listed = try choice.choose()
    switch output.output {
    case .text where origin: OriginPage.lines(listed.history, run: listed.run).forEach(Console.output)
    case .text: RunPage.lines(listed.history, run: listed.run).forEach(Console.output)
    case .json, .jsonl: Console.output(listed.history.summary(run: listed.run).json)
    }
  }
}
