import Testing
import Values

@testable import Engine
@testable import Primitives

struct HostFactsTests {
  @Test func whatTheMachineIs() async throws {
    let facts = try await EffectBench(.debian12IGB).ask(HostFacts.self)
    #expect(facts["name"] == "debian12-igb" && facts["kernel"] == "6.1.0-28-amd64")
    #expect(facts["os"] == ["id": "debian", "version": "12"])
    #expect(facts["memory"] == 12288)
    #expect(facts["cpus"] == 4)
    #expect(facts["program"] == "/usr/local/bin/vsrrun")
  }
}
