import Testing
import Values

@testable import Engine
@testable import Primitives

struct HostBootIDTests {
  @Test func changesWithABoot() async throws {
    let bench = try EffectBench(.reference)
    let boot = try await bench.ask(HostBootID.self)
    #expect(try await bench.ask(HostBootID.self) == boot)
    bench.reboot()
    #expect(try await bench.ask(HostBootID.self) != boot)
  }
}
