import Testing
import Values

@testable import Primitives

struct KernelModprobeTests {
  private func loaded(_ bench: EffectBench) throws -> [String] { try LoadedModules.names(bench.host) }

  @Test(arguments: ["br_netfilter", "vfio-pci", "overlay", "vhost-net", "ppp_generic"])
  func aModuleWithAllThatComesAlong(name: String) async throws {
    try await checkWholeLife(of: KernelModprobe.self, .string(name), on: try Example.reference.machine())
  }

  @Test func whatWasLoadedBeforeStays() async throws {
    let bench = try EffectBench(yaml: "modules: {loaded: [vfio]}")
    try await checkWholeLife(of: KernelModprobe.self, "vfio-pci", on: bench.original)
  }

  @Test func fact16ABuiltInOneHolds() async throws {
    let bench = try EffectBench(yaml: "modules: {builtin: [overlay]}")
    #expect(try await bench.perform(KernelModprobe.self, "overlay") == .held)
    #expect(try await bench.ask(KernelModule.self, "overlay") == "builtin")
  }

  @Test func fact16AnotherModuleWithTheSameBeginningIsNotIt() async throws {
    let bench = try EffectBench(yaml: "modules: {available: [vfio_pci_core], loaded: [vfio_pci_core]}")
    #expect(try await bench.ask(KernelModule.self, "vfio-pci") == nil)
    #expect(try await bench.perform(KernelModprobe.self, "vfio-pci") == .changed)
  }

  @Test func oneInUseStaysAndIsListed() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(KernelModprobe.self, "overlay")
    try bench.host.makeDirectory("/mnt/o", mode: 0o755)
    try bench.host.mount(.init(target: "/mnt/o", type: "overlay", source: "none", options: "lowerdir=/a"))
    #expect(
      try await bench.undo().first == "the module overlay is in use (1 user); it stays loaded until the next reboot")
    #expect(try loaded(bench).contains("overlay"))
  }

  @Test func aDriverThatHasADeviceIsInUseThoughNobodyCounts() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(KernelModprobe.self, "vfio-pci")
    let device = "/sys/bus/pci/devices/0000:83:00.0"
    try await bench.write("\(device)/driver_override", "vfio-pci")
    try await bench.write("\(device)/driver/unbind", "0000:83:00.0")
    try await bench.write("/sys/bus/pci/drivers_probe", "0000:83:00.0")
    #expect(try await bench.undo().first?.contains("the module vfio-pci is in use (it drives 0000:83:00.0)") == true)
    #expect(try loaded(bench).contains("vfio_pci"))
  }

  @Test func aRebootLosesItAndThereIsNothingToUndo() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(KernelModprobe.self, "overlay")
    bench.reboot()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func oneThatIsNotThereIsToldInModprobesWords() async throws {
    let bench = try EffectBench(.reference)
    let text = await complaint { try await bench.perform(KernelModprobe.self, "nosuch") }
    #expect(text.contains("Module nosuch not found") && text.contains("linux-modules-extra"))
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func oneThatFailsAfterItsDependencies() async throws {
    let bench = try EffectBench(
      yaml: "modules: {available: {vfio_pci: {depends: [vfio], fails: Operation not permitted}}}")
    #expect(
      await complaint { try await bench.perform(KernelModprobe.self, "vfio-pci") }.contains("Operation not permitted"))
  }

  @Test func anInstallLineKeepsItOut() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/modprobe.d/no.conf: \"install overlay /bin/true\\n\"}")
    let text = await complaint { try await bench.perform(KernelModprobe.self, "overlay") }
    #expect(text.contains("there is no /sys/module/overlay: an `install` line below /etc/modprobe.d"))
  }

  @Test(arguments: ["", "-r", "../x", "a b", "a;b"])
  func badNamesAreRefused(name: String) {
    #expect(
      complaint(of: KernelModprobe.self, .string(name)).hasPrefix(
        "kernel.modprobe: argument 'module': expected module name"))
  }
}
