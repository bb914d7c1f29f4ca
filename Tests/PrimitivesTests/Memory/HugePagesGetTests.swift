import Testing
import Values

@testable import Primitives

struct HugePagesGetTests {
  @Test func countsAndAbsence() async throws {
    let bench = try EffectBench(.fragmentedMemory)
    #expect(try await bench.ask(HugePagesGet.self, ["node": 1, "size": "2MiB"]) == ["total": 512, "free": 256])
    #expect(try await bench.ask(HugePagesGet.self, ["node": 9]) == nil)
    #expect(try await bench.ask(HugePagesGet.self, ["node": 0, "size": "64KiB"]) == nil)
  }
}
