import Host
import Testing

@testable import MachineModel

/// Which driver has which device.
struct BindingTests {
  private func hostWithVF() async throws -> ModelHost {
    let host = try Example.reference.host()
    try await host.write("\(pf)/sriov_numvfs", "1")
    return host
  }

  private func bindToVFIO(_ host: ModelHost) async throws {
    try await host.write("\(vf)/driver_override", "vfio-pci")
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
  }

  @Test func theOrderThatWorks() async throws {
    let host = try await hostWithVF()
    #expect(try await host.run("modprobe", "vfio-pci").succeeded)
    try await bindToVFIO(host)
    #expect(try host.linkName("\(vf)/driver") == "vfio-pci")
    let group = try #require(try host.linkName("\(vf)/iommu_group"))
    #expect(try host.status("/dev/vfio/\(group)")?.kind == .other)
    #expect(try host.exists("/sys/bus/pci/drivers/vfio-pci/0000:81:10.0"))
    #expect(try host.list("/sys/class/net").contains("ens787f0v0") == false)
  }

  /// The document loads vfio-pci after the bind: until then the device has no driver, although every write succeeded.
  @Test func withoutTheModuleTheDeviceIsLeftWithoutADriver() async throws {
    let host = try await hostWithVF()
    try await bindToVFIO(host)
    #expect(try host.linkName("\(vf)/driver") == nil)
    #expect(try host.status("/dev/vfio") == nil)
    // The driver core then gives it to the driver that comes.
    _ = try await host.run("modprobe", "vfio-pci")
    #expect(try host.linkName("\(vf)/driver") == "vfio-pci")
  }

  @Test func anUnsetOverrideReadsNullAndANewlineClearsIt() async throws {
    let host = try await hostWithVF()
    #expect(try host.text("\(vf)/driver_override") == "(null)")
    try await host.write("\(vf)/driver_override", "vfio-pci\n")
    #expect(try host.text("\(vf)/driver_override") == "vfio-pci")
    try await host.write("\(vf)/driver_override", "\n")
    #expect(try host.text("\(vf)/driver_override") == "(null)")
    try await host.write("\(vf)/driver_override", "a")
    try await host.write("\(vf)/driver_override", "\0")
    #expect(try host.text("\(vf)/driver_override") == "(null)")
  }

  @Test func anOverrideThatIsLeftBringsVFIOBack() async throws {
    let host = try await hostWithVF()
    _ = try await host.run("modprobe", "vfio-pci")
    try await bindToVFIO(host)
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(try host.linkName("\(vf)/driver") == "vfio-pci")
    try await host.write("\(vf)/driver_override", "\n")
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(try host.linkName("\(vf)/driver") == "ixgbevf")
    #expect(try host.list("\(vf)/net") == ["ens787f0v0"])
  }

  @Test func probingABoundDeviceDoesNothing() async throws {
    let host = try await hostWithVF()
    try await host.write("\(vf)/driver_override", "vfio-pci")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(try host.linkName("\(vf)/driver") == "ixgbevf")
  }

  @Test func unknownDevicesAndWrongDriversAreNoDevice() async throws {
    let host = try await hostWithVF()
    _ = try await host.run("modprobe", "vfio-pci")
    #expect(await fails(.noDevice) { try await host.write("/sys/bus/pci/drivers_probe", "0000:ff:00.0") })
    #expect(await fails(.noDevice) { try await host.write("/sys/bus/pci/drivers/vfio-pci/unbind", "0000:81:10.0") })
    // vfio-pci has no identifiers of its own: without an override it takes nothing.
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    #expect(await fails(.noDevice) { try await host.write("/sys/bus/pci/drivers/vfio-pci/bind", "0000:81:10.0") })
    #expect(await fails(.noEntry) { try await host.write("\(vf)/driver/unbind", "0000:81:10.0") })
  }

  @Test func aBoundDeviceCannotBeBoundAgain() async throws {
    let ubuntu = try await hostWithVF()
    #expect(await fails(.noDevice) { try await ubuntu.write("/sys/bus/pci/drivers/ixgbe/bind", "0000:81:00.0") })
    let debian = try Example.debian12IGB.host()
    #expect(await fails(.busy) { try await debian.write("/sys/bus/pci/drivers/igb/bind", "0000:01:00.0") })
  }

  @Test func writeOnlyAttributesCannotBeRead() async throws {
    let host = try await hostWithVF()
    for path in ["/sys/bus/pci/drivers_probe", "/sys/bus/pci/drivers/ixgbe/unbind"] {
      #expect(await fails(.accessDenied) { _ = try host.read(path) })
    }
    #expect(await fails(.accessDenied) { try await host.write("\(pf)/vendor", "1") })
  }

  @Test func withoutAutoprobeOnlyAnOverrideIsProbed() async throws {
    let host = try Example.reference.host()
    _ = try await host.run("modprobe", "vfio-pci")
    try await host.write("\(pf)/sriov_drivers_autoprobe", "0")
    try await host.write("\(pf)/sriov_numvfs", "1")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(try host.linkName("\(vf)/driver") == nil)
    try await host.write("\(vf)/driver_override", "vfio-pci")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(try host.linkName("\(vf)/driver") == "vfio-pci")
  }

  @Test func unbindingWaitsForWhoHoldsTheDevice() async throws {
    let host = try Example.vfsAlreadyThere.host()
    await #expect(throws: HostError.self) {
      try await host.writeAttribute("\(vf)/driver/unbind", "0000:81:10.0", deadline: 5)
    }
    #expect(try host.linkName("\(vf)/driver") == "vfio-pci")
    // The holder can be found before it is tried.
    #expect(try host.readLink("/proc/4242/fd/3") == "/dev/vfio/60")
    #expect(try host.text("/proc/4242/comm") == "qemu-system-x86_64")
  }

  @Test func whatDriverctlLeftIsAppliedAtEveryBoot() async throws {
    let host = try Example.reference.host()
    try host.makeDirectory("/etc/driverctl.d", mode: 0o755)
    try host.put("/etc/driverctl.d/pci-0000:83:00.0", "vfio-pci\n")
    try await host.reboot()
    #expect(try host.linkName("/sys/bus/pci/devices/0000:83:00.0/driver") == "vfio-pci")
    #expect(try host.text("/sys/bus/pci/devices/0000:83:00.0/driver_override") == "vfio-pci")
  }

  @Test func unbindingAPhysicalFunctionTakesItsVirtualOnesAlong() async throws {
    let host = try await hostWithVF()
    try await host.write("\(pf)/driver/unbind", "0000:81:00.0")
    #expect(try host.status(vf) == nil)
    #expect(try host.list("/sys/class/net").contains("ens787f0") == false)
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:00.0")
    #expect(try host.exists("/sys/class/net/ens787f0"))
    #expect(try host.text("\(pf)/sriov_numvfs") == "0")
  }

  @Test func oldKernelsHaveNoOverride() throws {
    let host = try ModelHost(
      yaml: """
        machine: old
        kernel: {release: 3.10.0-1160.el7}
        pci: [{address: 0000:81:00.0, vendor: 8086, device: 10fb}]
        """)
    #expect(try host.status("\(pf)/driver_override") == nil)
    #expect(try host.status("\(pf)/driver") != nil)
  }

  @Test func everyChangeCanBeTakenBack() async throws {
    let host = try await hostWithVF()
    let before = host.machine.pci
    _ = try await host.run("modprobe", "vfio-pci")
    try await bindToVFIO(host)
    try await host.write("\(vf)/driver_override", "\n")
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(host.machine.pci == before)
  }
}
