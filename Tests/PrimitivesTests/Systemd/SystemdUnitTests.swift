import Testing
import Values

@testable import Primitives

struct SystemdUnitTests {
  @Test func presentAndAbsent() async throws {
    let bench = try EffectBench(.prepared)
    let unit = try await bench.ask(
      SystemdUnit.self, ["unit": "containerd.service", "properties": ["LimitCORE", "NoSuchProperty"]])
    #expect(unit["load"] == "loaded" && unit["active"] == "active" && unit["enabled"] == "enabled")
    #expect(unit["properties"] == ["LimitCORE": "infinity"])
    let absent = try await bench.ask(SystemdUnit.self, ["unit": "nosuch.service"])
    #expect(absent["load"] == "not-found" && absent["main_pid"] == 0 && absent["drop_ins"] == [])
  }
}
