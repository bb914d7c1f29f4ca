import Testing
import Values

@testable import Primitives

struct SwapListTests {
  @Test func areasOrNone() async throws {
    let bench = try EffectBench(yaml: "swap: [{path: /swap, size: 1GiB, priority: 5}]")
    #expect(try await bench.ask(SwapList.self) == [["path": "/swap", "priority": 5]])
    #expect(try await EffectBench(.iommuOff).ask(SwapList.self).array?.count == 1)
    #expect(try await EffectBench(.debian12IGB).ask(SwapList.self) == [])
  }

  @Test func aPathWithASpaceIsReadAsItIs() {
    #expect(unescaped("/var/my\\040swap") == "/var/my swap")
    #expect(unescaped("a\\134b\\9") == "a\\b\\9")
  }
}
