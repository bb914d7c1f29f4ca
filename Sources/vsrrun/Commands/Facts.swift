import ArgumentParser
import Engine
import Primitives
import Values

struct Facts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Show what runbooks can learn of this machine, as JSON.")
  @OptionGroup var machine: MachineOptions

  @MainActor func run() async throws {
    let host = try machine.open().host
    let context = Context(host: host, contents: MemoryLog { 0 })
    context.program = Installation.program
    for name in ["host.facts", "numa.nodes", "iommu.state", "swap.list", "pci.list"] {
      guard let query = Registry.standard[name] as? any Query.Type else { continue }
      let answer = try await Signature.decode(query, []).answer(context)
      Console.output((["name": .string(name), "answer": answer] as Value).json)
    }
  }
}
