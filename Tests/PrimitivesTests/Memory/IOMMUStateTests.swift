import Testing
import Values

@testable import Primitives

struct IOMMUStateTests {
  @Test func onAndOff() async throws {
    let on = try await EffectBench(.reference).ask(IOMMUState.self)
    #expect(on["enabled"] == true && on["units"]?.array?.isEmpty == false && on["noiommu"] == false)
    let off = try await EffectBench(.iommuOff).ask(IOMMUState.self)
    #expect(off["enabled"] == false && off["units"] == [] && off["noiommu"] == false)
  }

  @Test func unsafeModeOnRequest() async throws {
    let bench = try EffectBench(yaml: "modules: {loaded: {vfio: {enable_unsafe_noiommu_mode: \"Y\"}}}")
    #expect(try await bench.ask(IOMMUState.self)["noiommu"] == true)
  }
}
