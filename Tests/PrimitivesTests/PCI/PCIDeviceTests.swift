import Testing
import Values

@testable import Primitives

struct PCIDeviceTests {
  @Test func aPhysicalFunctionAVFAndNone() async throws {
    let bench = try EffectBench(.vfsAlreadyThere)
    let pf = try await bench.ask(PCIDevice.self, "0000:81:00.0")
    #expect(pf["vendor"] == "8086" && pf["device"] == "10fb" && pf["class"] == "020000" && pf["driver"] == "ixgbe")
    #expect(pf["numa_node"] == 1 && pf["iommu_group"] == "40" && pf["net"] == ["ens787f0"] && pf["physfn"] == nil)
    #expect(pf["sriov"] == ["total": 63, "count": 2, "vf_device": "10ed"])
    let vf = try await bench.ask(PCIDevice.self, "81:10.0")
    #expect(vf["physfn"] == "0000:81:00.0" && vf["sriov"] == nil && vf["driver"] == "vfio-pci" && vf["net"] == [])
    #expect(try await bench.ask(PCIDevice.self, "0000:99:00.0") == nil)
    #expect(complaint(of: PCIDevice.self, "ens787f0").contains("expected PCI address"))
  }
}
