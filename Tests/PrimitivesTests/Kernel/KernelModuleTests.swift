import Testing
import Values

@testable import Primitives

struct KernelModuleTests {
  @Test func loadedBuiltInOrNot() async throws {
    let bench = try EffectBench(yaml: "modules: {builtin: [ext4], loaded: [vfio_pci]}")
    #expect(try await bench.ask(KernelModule.self, "vfio-pci") == "loaded")
    #expect(try await bench.ask(KernelModule.self, "ext4") == "builtin")
    #expect(try await bench.ask(KernelModule.self, "overlay") == nil)
    #expect(complaint(of: KernelModule.self, "a/b").contains("expected module name"))
  }
}
