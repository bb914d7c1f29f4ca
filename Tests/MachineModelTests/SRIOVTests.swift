import Host
import Testing

@testable import MachineModel

/// Virtual functions appear, and do not, as the kernel has it.
struct SRIOVTests {
  @Test func moreThanTheTotalIsOutOfRange() async throws {
    let host = try Example.reference.host()
    #expect(await fails(.outOfRange) { try await host.write("\(pf)/sriov_numvfs", "64") })
    #expect(try host.text("\(pf)/sriov_totalvfs") == "63")
    #expect(try host.text("\(pf)/sriov_numvfs") == "0")
  }

  @Test func theCurrentValueIsAcceptedAndDoesNothing() async throws {
    let host = try Example.reference.host()
    try await host.write("\(pf)/sriov_numvfs", "2")
    let before = host.machine.pci
    try await host.write("\(pf)/sriov_numvfs", "2\n")
    #expect(host.machine.pci == before)
  }

  @Test func withoutADriverThereIsNoEntry() async throws {
    let host = try Example.reference.host()
    try await host.write("/sys/bus/pci/drivers/ixgbe/unbind", "0000:81:00.0")
    #expect(await fails(.noEntry) { try await host.write("\(pf)/sriov_numvfs", "1") })
  }

  @Test func aDriverWithoutSupportHasNoEntry() async throws {
    let host = try Example.reference.host()
    _ = try await host.run("modprobe", "vfio-pci")
    try await host.write("/sys/bus/pci/drivers/ixgbe/unbind", "0000:81:00.0")
    try await host.write("\(pf)/driver_override", "vfio-pci")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:00.0")
    #expect(try host.linkName("\(pf)/driver") == "vfio-pci")
    #expect(await fails(.noEntry) { try await host.write("\(pf)/sriov_numvfs", "1") })
  }

  @Test func fromOneCountToAnotherIsBusy() async throws {
    let host = try Example.reference.host()
    try await host.write("\(pf)/sriov_numvfs", "1")
    #expect(await fails(.busy) { try await host.write("\(pf)/sriov_numvfs", "2") })
    try await host.write("\(pf)/sriov_numvfs", "0")
    #expect(try host.status(vf) == nil)
    try await host.write("\(pf)/sriov_numvfs", "2")
    #expect(try host.text("\(pf)/sriov_numvfs") == "2")
  }

  @Test func theDriverMayMakeFewerAndReportSuccess() async throws {
    let host = try Self.host("limit: 1")
    try await host.write("\(pf)/sriov_numvfs", "4")
    #expect(try host.text("\(pf)/sriov_numvfs") == "1")
    #expect(try host.status("\(pf)/virtfn1") == nil)
  }

  @Test func withoutMMIOSpaceItIsNoMemoryUntilReallocated() async throws {
    let host = try Self.host("needs_realloc: true")
    #expect(await fails(.noMemory) { try await host.write("\(pf)/sriov_numvfs", "1") })
    try host.put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"pci=realloc\"\n")
    _ = try await host.run("update-grub")
    try await host.reboot()
    try await host.write("\(pf)/sriov_numvfs", "1")
    #expect(try host.exists("\(pf)/virtfn0"))
  }

  @Test func aSlowWriteIsGivenUpAndGoesOn() async throws {
    let host = try Self.host("seconds_per_vf: 5")
    do {
      try await host.writeAttribute("\(pf)/sriov_numvfs", "10", deadline: 30)
      Issue.record("it ended in time")
    } catch {
      #expect(error.reason == .timedOut(seconds: 30))
    }
    #expect(try host.text("\(pf)/sriov_numvfs") == "10")
    try await host.writeAttribute("\(pf)/sriov_numvfs", "0", deadline: 30)
    try await host.writeAttribute("\(pf)/sriov_numvfs", "10", deadline: 60)
  }

  @Test func theAttributesAreAbsentWhileTheFirmwareHasItOff() async throws {
    let host = try Self.host("firmware: off")
    #expect(try host.status("\(pf)/sriov_numvfs") == nil)
    #expect(try host.status("\(pf)/sriov_totalvfs") == nil)
    #expect(await fails(.noEntry) { try await host.write("\(pf)/sriov_numvfs", "1") })
  }

  @Test func virtualFunctionsAreEnumeratedByTheirLinks() async throws {
    let host = try Example.reference.host()
    try await host.write("/sys/class/net/ens787f0/device/sriov_numvfs", "3")
    let links = try (0..<3).map { try host.linkName("\(pf)/virtfn\($0)") }
    #expect(links == ["0000:81:10.0", "0000:81:10.2", "0000:81:10.4"])
    #expect(try host.readLink("\(pf)/virtfn0") == "../0000:81:10.0")
    #expect(try host.linkName("\(vf)/physfn") == "0000:81:00.0")
    #expect(try host.text("\(pf)/virtfn0/device") == "0x10ed")
    #expect(try host.text("\(vf)/vendor") == "0x8086")
    #expect(try host.text("\(vf)/numa_node") == "1")
  }

  @Test func theDriverOfVirtualFunctionsComesByItself() async throws {
    let host = try Example.reference.host()
    try await host.write("\(pf)/sriov_numvfs", "1")
    #expect(try host.linkName("\(vf)/driver") == "ixgbevf")
    #expect(try host.list("\(vf)/net") == ["ens787f0v0"])
    #expect(try host.exists("/sys/class/net/ens787f0v0/device/physfn"))
    #expect(try host.exists("/sys/module/ixgbevf"))
  }

  @Test func withoutAutoprobeNoNetworkDeviceAppears() async throws {
    let host = try Example.reference.host()
    try await host.write("\(pf)/sriov_drivers_autoprobe", "0")
    try await host.write("\(pf)/sriov_numvfs", "1")
    #expect(try host.linkName("\(vf)/driver") == nil)
    #expect(try host.status("\(vf)/net") == nil)
    #expect(try host.list("/sys/class/net").contains("ens787f0v0") == false)
    #expect(await fails(.invalid) { try await host.write("\(pf)/sriov_drivers_autoprobe", "maybe") })
  }

  @Test func aNetworkDeviceCanFailToAppearAtTheFirstTry() async throws {
    let host = try Self.host("silent: [0]")
    try await host.write("\(pf)/sriov_numvfs", "1")
    #expect(try host.linkName("\(vf)/driver") == "ixgbevf")
    #expect(try host.status("\(vf)/net") == nil)
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    try await host.write("/sys/bus/pci/drivers/ixgbevf/bind", "0000:81:10.0")
    #expect(try host.list("\(vf)/net") == ["ens787f0v0"])
  }

  @Test func aRebootLosesThem() async throws {
    let host = try Example.reference.host()
    try await host.write("\(pf)/sriov_numvfs", "2")
    try await host.reboot()
    #expect(try host.text("\(pf)/sriov_numvfs") == "0")
    #expect(try host.status(vf) == nil)
  }

  @Test func whatIsNoNumberIsInvalid() async throws {
    let host = try Example.reference.host()
    for text in ["", "one", "-1", "1 2", "0x", "70000"] {
      #expect(await fails(.invalid) { try await host.write("\(pf)/sriov_numvfs", text) }, "\(text)")
    }
    try await host.write("\(pf)/sriov_numvfs", "0x1")
    #expect(try host.text("\(pf)/sriov_numvfs") == "1")
  }

  @Test func aProcessThatHoldsOneKeepsThemAll() async throws {
    let host = try Example.vfsAlreadyThere.host()
    do {
      try await host.writeAttribute("\(pf)/sriov_numvfs", "0", deadline: 45)
      Issue.record("it came to an end")
    } catch {
      #expect(error.reason == .timedOut(seconds: 45))
    }
    #expect(try host.text("\(pf)/sriov_numvfs") == "2")
  }

  /// The reference port with one more property of its SR-IOV.
  private static func host(_ property: String) throws -> ModelHost {
    try ModelHost(
      yaml: """
        machine: m
        kernel: {cmdline: intel_iommu=on}
        pci:
          - address: 0000:81:00.0
            vendor: 8086
            device: 10fb
            net: {name: ens787f0}
            sriov: {total: 63, vf_device: 10ed, \(property)}
        """)
  }
}
