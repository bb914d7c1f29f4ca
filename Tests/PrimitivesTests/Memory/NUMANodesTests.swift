import Testing
import Values

@testable import Primitives

struct NUMANodesTests {
  @Test func nodesAscending() async throws {
    #expect(try await EffectBench(.reference).ask(NUMANodes.self) == [0, 1])
    #expect(try await EffectBench(yaml: "numa: [{node: 10}, {node: 2}]").ask(NUMANodes.self) == [2, 10])
  }
}
