import Testing
import Values

@testable import Primitives

struct SysfsReadTests {
  @Test func valueAndAbsence() async throws {
    let bench = try EffectBench(.reference)
    #expect(try await bench.ask(SysfsRead.self, "/sys/bus/pci/devices/0000:81:00.0/vendor") == "0x8086")
    #expect(try await bench.ask(SysfsRead.self, "/sys/no/such") == nil)
    #expect(complaint(of: SysfsRead.self, "/proc/cpuinfo").contains("expected a path below /sys"))
  }
}
