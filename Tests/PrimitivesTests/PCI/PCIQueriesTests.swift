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

struct PCIListTests {
  @Test func byVendorAndClass() async throws {
    let bench = try EffectBench(.debian12IGB)
    func addresses(_ filter: Value) async throws -> [String] {
      try await bench.ask(PCIList.self, filter).array?.compactMap { $0["address"]?.string } ?? []
    }
    #expect(try await addresses([:]).count == 5)
    #expect(try await addresses(["vendor": "8086"]) == ["0000:01:00.0", "0000:02:00.0"])
    #expect(try await addresses(["class_prefix": "0604"]) == ["0000:00:04.0", "0000:00:05.0"])
    #expect(try await addresses(["vendor": "15b3"]) == [])
    #expect(complaint(of: PCIList.self, ["classprefix": "02"]).contains("did you mean 'class_prefix'?"))
  }
}

struct PCIAddressTests {
  @Test(arguments: [
    ("0000:81:00.0", "0000:81:00.0"), ("81:00.0", "0000:81:00.0"), ("0000:AF:1F.7", "0000:af:1f.7"),
    ("10000:e1:00.0", "10000:e1:00.0"),
  ])
  func isRead(text: String, address: String) { #expect(PCIAddress(text)?.text == address) }

  @Test(arguments: [
    "", "81:00", "81.00.0", "0000:81:00:0", "81:20.0", "81:00.8", "+1:00.0", "81:0.0", "000:81:00.0", "0000:81:00.0 ",
    "0000:81:00.00", "g0:00.0", "٣١:00.0", "0000:0000:81:00.0", ":81:00.0",
  ])
  func isRefused(text: String) { #expect(PCIAddress(text) == nil) }
}

struct PhysicalFunctionTests {
  @Test func aNameOrAnAddress() throws {
    #expect(try PhysicalFunction(argument: "ens787f0").text == "ens787f0")
    #expect(try PhysicalFunction(argument: "81:00.0").text == "0000:81:00.0")
    for bad: Value in ["", "..", "a/b", 3] { #expect(throws: ArgumentProblem.self) { try PhysicalFunction(argument: bad) } }
  }
}
