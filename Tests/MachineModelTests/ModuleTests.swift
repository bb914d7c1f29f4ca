import Host
import Testing

@testable import MachineModel

struct ModuleTests {
  @Test func aModuleBringsWhatItDependsOnAndItsDevice() async throws {
    let host = try Example.reference.host()
    #expect(try host.status("/dev/vhost-net") == nil)
    #expect(try await host.run("/sbin/modprobe", "vhost-net").succeeded)
    for module in ["vhost_net", "vhost", "tap", "tun"] { #expect(try host.exists("/sys/module/\(module)/initstate")) }
    #expect(try host.status("/dev/vhost-net")?.kind == .other)
    #expect(try host.exists("/dev/net/tun"))
    #expect(try host.text("/sys/module/vhost/refcnt") == "1")
    #expect(try host.list("/sys/module/vhost/holders") == ["vhost_net"])
    #expect(try host.text("/proc/modules")?.contains("vhost 16384 1 vhost_net, Live") == true)
    #expect(try await host.run("modprobe", "ppp_generic").succeeded)
    #expect(try host.exists("/dev/ppp"))
    #expect(try host.exists("/sys/module/slhc"))
  }

  @Test func anUnknownModuleIsNotFound() async throws {
    let host = try Example.reference.host()
    let result = try await host.run("modprobe", "br_netfliter")
    #expect(result.status == 1)
    #expect(
      result.complaint == "modprobe: FATAL: Module br_netfliter not found in directory /lib/modules/5.4.0-216-generic")
  }

  @Test func aModuleInUseIsNotUnloaded() async throws {
    let host = try Example.reference.host()
    _ = try await host.run("modprobe", "-a", "br_netfilter", "overlay")
    let result = try await host.run("modprobe", "-r", "bridge")
    #expect(result.status == 1)
    #expect(result.complaint == "modprobe: FATAL: Module bridge is in use.")
    #expect(try await host.run("modprobe", "-r", "br_netfilter").succeeded)
    for module in ["br_netfilter", "bridge", "stp", "llc"] { #expect(try host.status("/sys/module/\(module)") == nil) }
    #expect(try host.exists("/sys/module/overlay"))
  }

  @Test func unloadingADriverFreesItsDevices() async throws {
    let host = try Example.reference.host()
    _ = try await host.run("modprobe", "vfio-pci")
    try await host.write("\(pf)/sriov_numvfs", "1")
    try await host.write("\(vf)/driver_override", "vfio-pci")
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(try await host.run("modprobe", "-r", "vfio-pci").succeeded)
    #expect(try host.linkName("\(vf)/driver") == nil)
  }

  @Test func vfioAsksForItsIOMMUDriver() async throws {
    let host = try Example.reference.host()
    _ = try await host.run("modprobe", "vfio-pci")
    #expect(
      host.machine.modules.loaded.isSuperset(of: ["vfio_pci", "vfio", "vfio_virqfd", "vfio_iommu_type1", "irqbypass"]))
    #expect(try host.exists("/dev/vfio/vfio"))
    // A later kernel has the parts otherwise.
    let debian = try Example.debian12IGB.host()
    _ = try await debian.run("modprobe", "vfio-pci")
    #expect(debian.machine.modules.loaded.contains("vfio_pci_core"))
  }

  @Test func builtInModulesAreListedAndStay() async throws {
    let host = try ModelHost(yaml: "machine: m\nmodules: {builtin: [vfio, bridge]}\n")
    #expect(try host.text("/lib/modules/5.4.0-216-generic/modules.builtin") == "kernel/bridge.ko\nkernel/vfio.ko")
    #expect(try host.status("/sys/module/bridge") == nil)
    #expect(try host.status("/sys/module/vfio/parameters") != nil)
    #expect(try host.status("/sys/module/vfio/initstate") == nil)
    #expect(try await host.run("modprobe", "bridge").succeeded)
    #expect(try await host.run("modprobe", "-r", "bridge").complaint == "modprobe: FATAL: Module bridge is builtin.")
  }

  @Test func configurationIsHonoured() async throws {
    let host = try Example.reference.host()
    try host.put("/etc/modprobe.d/site.conf", "blacklist ixgbevf\ninstall overlay /bin/false\n")
    #expect(try await host.run("modprobe", "overlay").status == 1)
    try await host.write("\(pf)/sriov_numvfs", "1")
    #expect(try host.linkName("\(vf)/driver") == nil)
    // A blacklist only holds for what is loaded by alias.
    #expect(try await host.run("modprobe", "ixgbevf").succeeded)
    #expect(try host.linkName("\(vf)/driver") == "ixgbevf")
  }

  @Test func aModuleWhoseInitializationFailsIsNotLoaded() async throws {
    let host = try ModelHost(
      yaml: "machine: m\nmodules: {available: {ppp_generic: {fails: Operation not permitted}}}\n")
    let result = try await host.run("modprobe", "ppp_generic")
    #expect(result.complaint == "modprobe: ERROR: could not insert 'ppp_generic': Operation not permitted")
    #expect(try host.status("/sys/module/ppp_generic") == nil)
  }

  @Test func modulesThatDependOnEachOtherComeToAnEnd() async throws {
    let host = try ModelHost(yaml: "machine: m\nmodules: {available: {a: {depends: [b]}, b: {depends: [a]}}}\n")
    #expect(try await host.run("modprobe", "a").succeeded)
    #expect(host.machine.modules.loaded.isSuperset(of: ["a", "b"]))
  }

  @Test func aRebootKeepsOnlyWhatIsConfigured() async throws {
    let host = try Example.reference.host()
    _ = try await host.run("modprobe", "-a", "overlay", "br_netfilter", "vhost-net")
    try host.put("/etc/modules-load.d/containerd.conf", "# for containerd\noverlay\n\nbr_netfilter\n")
    try await host.reboot()
    #expect(host.machine.modules.isPresent("overlay"))
    #expect(host.machine.modules.isPresent("br_netfilter"))
    #expect(!host.machine.modules.isPresent("vhost_net"))
    #expect(host.machine.modules.isPresent("ixgbe"))
  }

  @Test func whatModprobeDoesNotKnowHereIsUnmodelled() async throws {
    let host = try Example.reference.host()
    for command in [["modprobe", "--show-depends", "overlay"], ["dnf", "install", "-y", "curl"]] {
      do {
        _ = try await host.run(Command(command))
        Issue.record("it ran")
      } catch {
        #expect(error.reason == .unmodelled)
      }
    }
  }
}
