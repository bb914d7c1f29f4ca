import Testing
import Values

@testable import Primitives

struct KernelCommandLineTests {
  @Test func itsWords() async throws {
    let words = try await EffectBench(.reference).ask(KernelCommandLine.self).array ?? []
    #expect(words.contains("intel_iommu=on") && words.contains("iommu=pt"))
    #expect(try await EffectBench(.iommuOff).ask(KernelCommandLine.self).array?.contains("iommu=pt") == false)
  }
}
