import MachineModel
import Testing
import Values

@testable import Primitives

/// The numbers are those of the facts about binding.
struct PCIBindTests {
  private static let vf = "/sys/bus/pci/devices/0000:81:10.0"
  private let call: Value = ["address": "0000:81:10.0", "driver": "vfio-pci"]

  /// The reference machine with VFs, and vfio-pci loaded.
  private func bench(_ example: Example = .reference, vfs: Int = 1) async throws -> EffectBench {
    let bench = try EffectBench(example)
    // A module that comes with the VFs stays behind.
    for module in ["vfio-pci", "ixgbevf"] { _ = try await bench.host.run(.init(["modprobe", module])) }
    if vfs > 0 { try await bench.write("/sys/class/net/ens787f0/device/sriov_numvfs", "\(vfs)") }
    return EffectBench(bench.host.machine)
  }

  private func machine(_ pci: String) throws -> EffectBench {
    try EffectBench(
      yaml: "kernel: {cmdline: intel_iommu=on}\nmodules: {loaded: [vfio_pci]}\npci:\n\(pci)")
  }

  @Test func aVFGoesToVFIO() async throws {
    let machine = try await bench().original
    try await checkWholeLife(of: PCIBind.self, call, on: machine)
  }

  @Test func fact15And17BoundMeansDriverGroupAndDevice() async throws {
    let bench = try await bench()
    #expect(try await bench.perform(PCIBind.self, call) == .changed)
    let device = try await bench.ask(PCIDevice.self, "0000:81:10.0")
    #expect(device["driver"] == "vfio-pci")
    let group = try #require(device["iommu_group"]?.string)
    #expect(try bench.host.status("/dev/vfio/\(group)") != nil)
    #expect(try bench.text("\(Self.vf)/driver_override") == "vfio-pci")
  }

  @Test func fact15WithoutTheModuleNothingIsTouched() async throws {
    let bench = try EffectBench(.vfsAlreadyThere)
    let call: Value = ["address": "0000:81:10.2", "driver": "pci-stub"]
    let text = await complaint { try await bench.perform(PCIBind.self, call) }
    #expect(text.contains("the driver pci-stub is not loaded; load it first: kernel.modprobe \"pci-stub\""))
    #expect(bench.host.operations == 0)
  }

  @Test func aNetworkDeviceIsWaitedForAndTriedForASecondTime() async throws {
    let bench = try EffectBench(
      yaml: """
        kernel: {cmdline: intel_iommu=on}
        pci:
          - address: 0000:03:00.0
            vendor: 15b3
            device: "1017"
            net: {name: m0}
            sriov: {total: 8, vf_device: "1018", offset: 2, stride: 1, silent: [1]}
        """)
    try await bench.write("/sys/class/net/m0/device/sriov_numvfs", "2")
    for address in ["0000:03:00.2", "0000:03:00.3"] {
      let call: Value = ["address": .string(address), "driver": "mlx5_core", "net": true]
      #expect(try await bench.perform(PCIBind.self, call) == .changed)
    }
    #expect(try bench.host.list("/sys/bus/pci/devices/0000:03:00.3/net") == ["m0v1"])
    #expect(try await bench.undo() == [])
    #expect(try bench.text("/sys/bus/pci/devices/0000:03:00.2/driver_override") == "(null)")
  }

  @Test func aNetworkDeviceThatDoesNotAppearAtAllIsNamed() async throws {
    let bench = try await bench()
    let call: Value = ["address": "0000:81:10.0", "driver": "vfio-pci", "net": true]
    let text = await complaint { try await bench.perform(PCIBind.self, call) }
    #expect(text.contains("0000:81:10.0 is bound to vfio-pci, twice, and no network device appears"))
  }

  @Test func aDriversNameIsNotItsModules() async throws {
    let bench = try await bench()
    let call: Value = ["address": "0000:81:10.0", "driver": "vfio_pci"]
    #expect(await complaint { try await bench.perform(PCIBind.self, call) }.hasSuffix("did you mean 'vfio-pci'?"))
  }

  @Test func fact17AProbeThatBindsNothingIsAFailure() async throws {
    // Before Linux 5.3, sriov_drivers_autoprobe=0 barred every driver from a VF, even one that an override names.
    let bench = try EffectBench(
      yaml: """
        kernel: {release: 4.19.0-27-amd64, cmdline: intel_iommu=on}
        modules: {loaded: [vfio_pci]}
        pci:
          - {address: 0000:81:00.0, vendor: 8086, device: 10fb, net: {name: p},
             sriov: {total: 63, vf_device: 10ed, autoprobe: false, vfs: [{driver: none}]}}
        """)
    let text = await complaint { try await bench.perform(PCIBind.self, call) }
    #expect(text == "0000:81:10.0 is bound to no driver after the probe, not to vfio-pci; `dmesg` may say why")
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func fact17TheShortfallNamesWhatIsMissing() throws {
    let bind = try Signature.decode(PCIBind.self, [call])
    var state = PCIBind.State(driver: "ixgbevf", override: "vfio-pci", hasGroupDevice: nil, isPresent: true)
    #expect(!bind.holds(state))
    #expect(bind.shortfall(state)?.contains("is bound to ixgbevf after the probe, not to vfio-pci") == true)
    state = PCIBind.State(driver: "vfio-pci", override: "vfio-pci", hasGroupDevice: false, isPresent: true)
    #expect(!bind.holds(state))
    #expect(bind.shortfall(state)?.contains("no IOMMU group device below /dev/vfio; is the IOMMU on") == true)
  }

  @Test func fact18TheOverrideGoesFirstSoThatTheFormerDriverComesBack() async throws {
    let bench = try await bench()
    try await bench.perform(PCIBind.self, call)
    #expect(try await bench.undo() == [])
    #expect(try bench.text("\(Self.vf)/driver_override") == "(null)")
    #expect(try await bench.ask(PCIDevice.self, "0000:81:10.0")["driver"] == "ixgbevf")
  }

  @Test func aFunctionWithoutADriverIsLeftWithoutOne() async throws {
    let bench = try await bench()
    try await bench.write("\(Self.vf)/driver/unbind", "0000:81:10.0")
    try await checkWholeLife(of: PCIBind.self, call, on: bench.host.machine)
  }

  @Test func onlyTheOverrideIsMissing() async throws {
    // As new_id leaves it. The device stays with its driver, even while it carries a route.
    let machine = try EffectBench(.nicCarriesSSH).original
    let call: Value = ["address": "0000:81:00.0", "driver": "ixgbe"]
    try await checkWholeLife(of: PCIBind.self, call, on: machine)
  }

  @Test func fact19AnotherToolBindsItAtEveryBoot() async throws {
    let bench = try EffectBench(.vfsAlreadyThere)
    let call: Value = ["address": "0000:81:10.0", "driver": "ixgbevf"]
    let text = await complaint { try await bench.perform(PCIBind.self, call) }
    #expect(text.contains("driverctl binds 0000:81:10.0 to vfio-pci at every boot (/etc/driverctl.d/pci-0000:81:10.0)"))
    #expect(bench.host.operations == 0)
  }

  @Test func fact20ADeviceThatCarriesARouteIsRefusedWithTheWay() async throws {
    let bench = try await bench(.nicCarriesSSH, vfs: 0)
    for (address, way) in [
      ("0000:81:00.0", "ens787f0 carries the default route"),
      ("0000:83:00.0", "bond0.100, on top of bond0, on top of ens804f0, carries an IPv6 route"),
    ] {
      let call: Value = ["address": .string(address), "driver": "vfio-pci"]
      let text = await complaint { try await bench.perform(PCIBind.self, call) }
      #expect(text.contains("\(address) is in use: ") && text.contains("force = true"), "\(way): \(text)")
    }
    #expect(bench.changes == [])
  }

  @Test func fact21AGroupThatIsNotViable() async throws {
    let bench = try machine(
      """
        - {address: 0000:01:00.0, vendor: 8086, device: "1521", iommu_group: 5, net: {name: a}}
        - {address: 0000:01:00.1, vendor: 8086, device: "1521", iommu_group: 5, net: {name: b}}
        - {address: 0000:00:1c.0, vendor: 8086, device: "a110", class: "060400", iommu_group: 5}
      """)
    let call: Value = ["address": "01:00.0", "driver": "vfio-pci"]
    let text = await complaint { try await bench.perform(PCIBind.self, call) }
    #expect(text.contains("IOMMU group 5 is not viable: 0000:01:00.1 in it is bound to igb"))
    #expect(bench.host.operations == 0)
    try await bench.write("/sys/bus/pci/devices/0000:01:00.1/driver/unbind", "0000:01:00.1")
    #expect(try await bench.perform(PCIBind.self, call) == .changed, "a driverless one and a bridge are no hindrance")
  }

  @Test func fact22TheIOMMUIsOff() async throws {
    let bench = try await bench(.iommuOff)
    let text = await complaint { try await bench.perform(PCIBind.self, call) }
    #expect(text.contains("has no IOMMU group: the IOMMU is off") && text.contains("intel_iommu=on"))
    #expect(bench.host.operations == 0)
  }

  @Test func fact23WithoutAnIOMMUOnlyOnRequest() async throws {
    let bench = try await bench(.iommuOff)
    try await bench.write("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode", "Y")
    // It taints the kernel, which nothing takes back.
    try await bench.perform(PCIBind.self, call)
    #expect(try await bench.undo() == [])
    try await checkWholeLife(of: PCIBind.self, call, on: bench.host.machine)
  }

  @Test func fact24AHolderIsNamedBeforeTheUnbindWouldHang() async throws {
    let machine = try EffectBench(.vfsAlreadyThere).original
    let bench = EffectBench(machine)
    try bench.host.remove("/etc/driverctl.d/pci-0000:81:10.0")
    let operations = bench.host.operations
    let text = await complaint {
      try await bench.perform(PCIBind.self, ["address": "0000:81:10.0", "driver": "ixgbevf"])
    }
    #expect(text.contains("0000:81:10.0 is held open (/dev/vfio/60) by process 4242"))
    #expect(bench.host.operations == operations)
  }

  @Test func fact24AnUnbindThatHangsHasADeadline() async throws {
    let bench = try await bench()
    try bench.fault("write:*/unbind=hang")
    #expect(await complaint { try await bench.perform(PCIBind.self, call) }.contains("no end after 30 s"))
    bench.revive()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func fact25APhysicalFunctionOnlyByForce() async throws {
    let bench = try await bench(vfs: 0)
    let text = await complaint {
      try await bench.perform(PCIBind.self, ["address": "0000:83:00.0", "driver": "vfio-pci"])
    }
    #expect(text.contains("0000:83:00.0 is a physical function: on vfio-pci its VFs would need a VF token"))
    let forced: Value = ["address": "0000:83:00.0", "driver": "vfio-pci", "force": true]
    try await checkWholeLife(of: PCIBind.self, forced, on: bench.host.machine)
  }

  @Test func fact26AKernelWithoutDriverOverride() async throws {
    let bench = try EffectBench(
      yaml: """
        kernel: {release: 3.10.0-1, cmdline: intel_iommu=on}
        modules: {loaded: [vfio_pci]}
        pci: [{address: 0000:01:00.0, vendor: 8086, device: "1521", net: {name: a}}]
        """)
    let text = await complaint { try await bench.perform(PCIBind.self, ["address": "01:00.0", "driver": "vfio-pci"]) }
    #expect(text.contains("the kernel has no driver_override for 0000:01:00.0; it came with Linux 3.15"))
  }

  @Test func fact31TheOperatorOwnsItsPF() async throws {
    let bench = try await bench()
    try bench.host.makeDirectory("/etc/sriov-operator", mode: 0o755)
    try bench.host.makeDirectory("/etc/sriov-operator/pci", mode: 0o755)
    try bench.put("/etc/sriov-operator/pci/0000:81:00.0", "{}")
    #expect(await complaint { try await bench.perform(PCIBind.self, call) }.contains("SR-IOV network operator"))
  }

  @Test func aMellanoxPortNeverGoesToVFIO() async throws {
    let bench = try machine(
      "  - {address: 0000:03:00.2, vendor: 15b3, device: \"1018\", class: \"020000\", driver: mlx5_core, net: {name: m0}}"
    )
    for force in [false, true] {
      let call: Value = ["address": "0000:03:00.2", "driver": "vfio-pci", "force": .boolean(force)]
      let text = await complaint { try await bench.perform(PCIBind.self, call) }
      #expect(text.contains("is an NVIDIA (Mellanox) port: its DPDK driver needs mlx5_core bound, never vfio-pci"))
    }
    #expect(bench.host.operations == 0)
  }

  @Test func aVFThatWentAwayNeedsNoUndo() async throws {
    let bench = try await bench()
    try await bench.perform(PCIBind.self, call)
    try await bench.write("/sys/class/net/ens787f0/device/sriov_numvfs", "0")
    #expect(try await bench.undo() == [])
  }

  @Test func anotherDriverSinceStays() async throws {
    let bench = try await bench()
    try await bench.perform(PCIBind.self, call)
    try await bench.write("\(Self.vf)/driver_override", "pci-stub")
    #expect(try await bench.undo().first?.contains("another hand") == true)
    #expect(try bench.text("\(Self.vf)/driver_override") == "pci-stub")
  }

  @Test func vfsAndBindsOfOneRunAreUndoneTogether() async throws {
    // Fact 27: the second bind fails; what was done so far goes, the failed one included.
    let start = try await bench(vfs: 0)
    let bench = EffectBench(start.original)
    try await bench.perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 2])
    try await bench.perform(PCIBind.self, call)
    try bench.fault("write:*/drivers_probe=EIO")
    let second: Value = ["address": "0000:81:10.2", "driver": "vfio-pci"]
    #expect(await complaint { try await bench.perform(PCIBind.self, second) }.contains("EIO"))
    bench.revive()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func badArgumentsAreNamed() async throws {
    #expect(
      complaint(of: PCIBind.self, ["address": "81:10", "driver": "vfio-pci"])
        == "pci.bind: argument 'address': expected PCI address such as \"0000:81:00.0\", got \"81:10\"")
    for driver in ["", "../x", "a b"] {
      #expect(
        complaint(of: PCIBind.self, ["address": "81:10.0", "driver": .string(driver)]).contains("argument 'driver'"))
    }
    #expect(
      complaint(of: PCIBind.self, ["adress": "81:10.0", "driver": "vfio-pci"]).contains(
        "argument 'address': is missing"))
    let bench = try await bench()
    let text = await complaint {
      try await bench.perform(PCIBind.self, ["address": "0000:99:00.0", "driver": "vfio-pci"])
    }
    #expect(text.contains("there is no PCI device 0000:99:00.0"))
  }
}
