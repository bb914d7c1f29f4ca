import Testing
import Values

@testable import Primitives

struct SRIOVVirtualFunctionsTests {
  @Test func asPCIDeviceAnswers() async throws {
    let vfs = try await EffectBench(.vfsAlreadyThere).ask(SRIOVVirtualFunctions.self, "ens787f0").array ?? []
    #expect(vfs.map { $0["driver"] } == ["vfio-pci", "ixgbevf"])
    #expect(try await EffectBench(.reference).ask(SRIOVVirtualFunctions.self, "ens787f0") == [])
    let bench = try EffectBench(.reference)
    #expect(
      await complaint { _ = try await bench.ask(SRIOVVirtualFunctions.self, "lo") }.contains("lo is no PCI device"))
  }
}
