import Testing
import Values

@testable import Primitives

/// The numbers are those of the facts about VF creation.
struct SRIOVSetVFsTests {
  private let pf = "/sys/bus/pci/devices/0000:81:00.0"
  private let one: Value = ["pf": "ens787f0", "count": 1]

  private func bench(_ sriov: String, driver: String = "") throws -> EffectBench {
    try EffectBench(
      yaml: """
        kernel: {cmdline: intel_iommu=on}
        modules: {loaded: [ixgbevf]}
        pci:
          - {address: 0000:81:00.0, vendor: 8086, device: 10fb, iommu_group: 40, net: {name: ens787f0}\(driver),
             sriov: {vf_device: 10ed, total: 63\(sriov)}}
        """)
  }

  /// The reference machine with the VFs' driver loaded: a module that comes with the VFs stays behind.
  private func reference() async throws -> EffectBench {
    let bench = try EffectBench(.reference)
    _ = try await bench.host.run(.init(["modprobe", "ixgbevf"]))
    return EffectBench(bench.host.machine)
  }

  @Test func oneVF() async throws {
    try await checkWholeLife(of: SRIOVSetVFs.self, one, on: try await reference().original)
  }

  @Test func fourVFsOfAPFByAddressWithoutAutoprobe() async throws {
    try await checkWholeLife(
      of: SRIOVSetVFs.self, ["pf": "81:00.0", "count": 4, "autoprobe": false], on: try await reference().original)
  }

  @Test func anotherCountThanThePresentOne() async throws {
    let machine = try bench(", vfs: 2").original
    try await checkWholeLife(of: SRIOVSetVFs.self, ["pf": "ens787f0", "count": 4], on: machine)
    try await checkWholeLife(of: SRIOVSetVFs.self, ["pf": "ens787f0", "count": 0], on: machine)
  }

  @Test func vfsThatWereBoundToVFIOComeBackBound() async throws {
    let machine = try bench(
      ", vfs: [{driver: vfio-pci, driver_override: vfio-pci}, {driver: none, driver_override: pci-stub}]"
    ).original
    try await checkWholeLife(of: SRIOVSetVFs.self, ["pf": "ens787f0", "count": 4], on: machine)
  }

  @Test func theAnswerHasTheKernelsOrder() async throws {
    let bench = try bench(", offset: 384, stride: 2")
    try await bench.perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 3])
    let effect = try Signature.decode(SRIOVSetVFs.self, [["pf": "ens787f0", "count": 3]])
    let state = SRIOVSetVFs.State(count: 2, autoprobe: true, vfs: ["0000:82:10.0", "0000:81:11.0"])
    #expect(effect.answer(state, changed: true) == ["0000:82:10.0", "0000:81:11.0"])
    #expect(
      try await bench.ask(SRIOVVirtualFunctions.self, "ens787f0").array?.compactMap { $0["address"]?.string }
        == ["0000:82:10.0", "0000:82:10.2", "0000:82:10.4"])
  }

  @Test func fact1AboveTheLimit() async throws {
    let bench = try bench("")
    let text = await complaint { try await bench.perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 64]) }
    #expect(text == "ens787f0 can have 63 VFs at most (sriov_totalvfs), 64 are wanted")
    #expect(bench.host.operations == 0)
  }

  @Test func fact2TheCurrentCountHolds() async throws {
    #expect(try await EffectBench(.vfsAlreadyThere).perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 2]) == .held)
  }

  @Test func fact3ADriverWithoutSRIOV() async throws {
    let bench = try bench("", driver: ", driver: none")
    let text = await complaint { try await bench.perform(SRIOVSetVFs.self, ["pf": "0000:81:00.0", "count": 1]) }
    #expect(text.contains("ENOENT") && text.contains("bound to no driver, which makes no VFs"))
  }

  @Test func fact4VFsInUseAreNotDestroyed() async throws {
    let bench = try EffectBench(.vfsAlreadyThere)
    let text = await complaint { try await bench.perform(SRIOVSetVFs.self, one) }
    #expect(text.contains("0000:81:10.0 is held open (/dev/vfio/60) by process 4242"))
    #expect(bench.changes == [] && bench.host.operations == 0)
  }

  @Test func fact4AVFThatCarriesARouteIsNotDestroyed() async throws {
    let vf = "{net: {name: vf0, addresses: [10.0.0.1/24], routes: [default via 10.0.0.2]}}"
    let bench = try bench(", vfs: [\(vf)]")
    let call: Value = ["pf": "ens787f0", "count": 2]
    #expect(
      await complaint { try await bench.perform(SRIOVSetVFs.self, call) }
        .contains("VF 0000:81:10.0 of ens787f0 is in use: vf0 carries the default route; give force = true"))
    #expect(bench.changes == [])
    #expect(try await bench.perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 2, "force": true]) == .changed)
  }

  @Test func fact4AnotherProgramIsAtIt() async throws {
    let bench = try bench("")
    try bench.fault("write:*/sriov_numvfs=EBUSY")
    #expect(
      await complaint { try await bench.perform(SRIOVSetVFs.self, one) }
        .contains("another program is changing the VFs of ens787f0"))
  }

  @Test func fact5FewerThanAskedForAndUndoDestroysThem() async throws {
    let bench = try bench(", limit: 5")
    let text = await complaint { try await bench.perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 8]) }
    #expect(text == "the driver of ens787f0 enabled 5 of 8 VFs; look at `dmesg`, or ask for fewer")
    #expect(try bench.text("\(pf)/sriov_numvfs") == "5")
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func fact6NoMemoryForThem() async throws {
    let bench = try bench(", needs_realloc: true")
    let text = await complaint { try await bench.perform(SRIOVSetVFs.self, one) }
    #expect(text.contains("ENOMEM") && text.contains("add pci=realloc to its command line"))
  }

  @Test func fact7TheKernelTakesTooLong() async throws {
    let slow = try bench(", seconds_per_vf: 5")
    #expect(try await slow.perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 40]) == .changed)
    let hanging = try bench("")
    try hanging.fault("write:*/sriov_numvfs=hang")
    let text = await complaint { try await hanging.perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 40]) }
    #expect(text.contains("no end after 380 s") && text.contains("the kernel goes on with it"))
  }

  @Test func fact8SRIOVIsOffInTheFirmware() async throws {
    let bench = try bench(", firmware: false")
    #expect(try await bench.perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 0]) == .held)
    let text = await complaint { try await bench.perform(SRIOVSetVFs.self, one) }
    #expect(text.contains("offers no SR-IOV; turn SR-IOV on in the firmware") && text.contains("SRIOV_EN"))
    #expect(try await bench.undo() == [])
  }

  @Test func fact10WithoutAutoprobeNoDriverTakesThem() async throws {
    let bench = try bench("")
    try await bench.perform(SRIOVSetVFs.self, ["pf": "ens787f0", "count": 1, "autoprobe": false])
    let vf = try await bench.ask(PCIDevice.self, "0000:81:10.0")
    #expect(vf["driver"] == nil && vf["net"] == [] && vf["physfn"] == "0000:81:00.0")
  }

  @Test func fact14ARebootLosesThemAndThereIsNothingToUndo() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(SRIOVSetVFs.self, one)
    bench.reboot()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func fact31TheOperatorOwnsThePF() async throws {
    let bench = try EffectBench(.reference)
    try bench.host.makeDirectory("/etc/sriov-operator", mode: 0o755)
    try bench.host.makeDirectory("/etc/sriov-operator/pci", mode: 0o755)
    try bench.put("/etc/sriov-operator/pci/0000:81:00.0", "{}")
    let text = await complaint { try await bench.perform(SRIOVSetVFs.self, one) }
    #expect(text.contains("0000:81:00.0 belongs to the SR-IOV network operator"))
    #expect(try bench.text("\(pf)/sriov_numvfs") == "0")
  }

  @Test func anotherCountSinceStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(SRIOVSetVFs.self, one)
    try await bench.write("\(pf)/sriov_numvfs", "0")
    try await bench.write("\(pf)/sriov_numvfs", "3")
    #expect(try await bench.undo().first?.contains("another hand") == true)
    #expect(try bench.text("\(pf)/sriov_numvfs") == "3")
  }

  @Test func undoDoesNotDestroyVFsInUse() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(SRIOVSetVFs.self, one)
    try await bench.write("/sys/class/net/ens787f0v0/flags", "0x1003")
    #expect(try await bench.undo() == [], "up alone is no use")
  }

  @Test func aPFThatIsNotThere() async throws {
    let bench = try EffectBench(.reference)
    let text = await complaint { try await bench.perform(SRIOVSetVFs.self, ["pf": "ens787f1", "count": 1]) }
    #expect(text == "there is no network device ens787f1; did you mean 'ens787f0'?")
    #expect(
      await complaint { try await bench.perform(SRIOVSetVFs.self, ["pf": "0000:99:00.0", "count": 1]) }
        .contains("there is no PCI device 0000:99:00.0"))
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: SRIOVSetVFs.self, ["pf": "ens787f0", "count": 70000])
        == "sriov.set_vfs: argument 'count': expected a number from 0 to 65535, got 70000")
    #expect(
      complaint(of: SRIOVSetVFs.self, ["pf": "a/b", "count": 1]).contains("argument 'pf': expected network device"))
    #expect(complaint(of: SRIOVSetVFs.self, ["fp": "ens787f0", "pf": "a", "count": 1]).contains("did you mean 'pf'?"))
  }
}
