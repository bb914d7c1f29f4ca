import ArgumentParser
import Engine
import Lua
import Primitives

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Check that Lua files can be read.")
  @ArgumentParser.Argument(help: ArgumentHelp("Runbooks and modules.", valueName: "path")) var paths: [String]

  @MainActor func run() async throws {
    let interpreter = try Interpreter(primitives: Registry.standard.names)
    var isWrong = false
    for path in paths {
      guard let error = interpreter.check(Chunk(name: path, source: try Input.read(path))) else { continue }
      Console.output("\(error)")
      isWrong = true
    }
    if isWrong { throw Failure.Code.wrongInput.error }
  }
}
