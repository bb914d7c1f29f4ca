import Testing
import Values

@testable import Primitives

struct SysctlGetTests {
  @Test func liveValueOrAbsence() async throws {
    let bench = try EffectBench(yaml: "sysctl: {net.ipv4.tcp_rmem: \"4096\\t131072\\t6291456\"}")
    #expect(try await bench.ask(SysctlGet.self, "net.ipv4.tcp_rmem") == "4096 131072 6291456")
    #expect(try await bench.ask(SysctlGet.self, "net.ipv4.no_such") == nil)
  }
}
