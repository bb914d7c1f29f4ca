import Host
import Testing

@testable import MachineModel

/// IOMMU groups, and vfio with and without an IOMMU.
struct IOMMUTests {
  @Test func theClassIsEmptyWhileItIsOff() throws {
    #expect(try Example.iommuOff.host().list("/sys/class/iommu") == [])
    #expect(try Example.reference.host().list("/sys/class/iommu") == ["dmar0", "dmar1"])
    #expect(try Example.iommuOff.host().linkName("\(pf)/iommu_group") == nil)
  }

  @Test func theCommandLineTurnsItOnAtTheNextBoot() async throws {
    let host = try Example.iommuOff.host()
    let grub = try #require(try host.text("/etc/default/grub"))
    let words = grub.split(separator: "GRUB_CMDLINE_LINUX=\"").joined(
      separator: "GRUB_CMDLINE_LINUX=\"intel_iommu=on iommu=pt")
    try host.put("/etc/default/grub", words + "\n")
    try await host.reboot()
    #expect(try host.list("/sys/class/iommu") == [])
    #expect(try await host.run("update-grub").succeeded)
    #expect(try host.text("/proc/cmdline")?.contains("intel_iommu") == false)
    try await host.reboot()
    #expect(try host.text("/proc/cmdline")?.split(separator: " ").contains("intel_iommu=on") == true)
    #expect(try host.list("/sys/class/iommu") != [])
    #expect(try host.linkName("\(pf)/iommu_group") != nil)
  }

  /// As a machine of Debian 12 was seen: on without a word, and off where the last word says so.
  @Test func aKernelMayUseItWithoutBeingTold() throws {
    let machine = try Machine(yaml: "machine: m\niommu: {kind: intel, enabled: true}\n")
    #expect(machine.rebooted().iommu.isOn)
    #expect(try !Machine(yaml: "machine: m\niommu: {kind: intel}\n").rebooted().iommu.isOn)
    let words = "kernel: {cmdline: intel_iommu=on intel_iommu=off}"
    #expect(try !Machine(yaml: "machine: m\niommu: {kind: intel}\n\(words)\n").iommu.isOn)
  }

  /// A captured machine has the boot loader's own file.
  @Test func updateGrubWritesTheFileThatIsThere() async throws {
    let host = try Example.iommuOff.host()
    let path = "/boot/grub/grub.cfg"
    let line = "\tlinux\t/boot/vmlinuz-5.4 root=UUID=1 ro "
    try host.put(path, "menuentry 'a' {\n\(line)quiet\n}\nmenuentry 'b' {\n\(line)single quiet\n}\n")
    try host.put("/etc/default/grub", "GRUB_CMDLINE_LINUX=iommu=pt\nGRUB_CMDLINE_LINUX_DEFAULT=splash\n")
    #expect(try await host.run("update-grub").succeeded)
    let written = line.split(separator: "\t").joined(separator: " ")
    #expect(
      try host.text(path)
        == "menuentry 'a' {\n\t\(written)iommu=pt splash\n}\nmenuentry 'b' {\n\t\(written)single iommu=pt\n}")
  }

  @Test func theFirmwareSaysWhoseItIs() throws {
    let tables = "/sys/firmware/acpi/tables"
    #expect(try Example.iommuOff.host().list(tables) == ["DMAR"])
    #expect(try ModelHost(Machine(yaml: "machine: m\niommu: {kind: amd}\n")).list(tables) == ["IVRS"])
    #expect(try ModelHost(Machine(yaml: "machine: m\niommu: {kind: none}\n")).list(tables) == [])
  }

  @Test func amdIsOnUnlessItIsTurnedOff() throws {
    #expect(try Machine(yaml: "machine: m\niommu: {kind: amd}\n").iommu.isOn)
    #expect(try !Machine(yaml: "machine: m\niommu: {kind: amd}\nkernel: {cmdline: amd_iommu=off}\n").iommu.isOn)
    #expect(try !Machine(yaml: "machine: m\niommu: {kind: none}\n").iommu.isOn)
  }

  @Test func vfioTakesNothingWithoutAnIOMMU() async throws {
    let host = try Example.iommuOff.host()
    _ = try await host.run("modprobe", "vfio-pci")
    try await host.write("\(pf)/sriov_numvfs", "1")
    try await host.write("\(vf)/driver_override", "vfio-pci")
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    // The write succeeds all the same.
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(try host.linkName("\(vf)/driver") == nil)
    #expect(try host.list("/dev/vfio") == ["vfio"])
  }

  @Test func unsafeModeDoesWithoutOne() async throws {
    let host = try Example.iommuOff.host()
    let parameter = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"
    #expect(try host.status(parameter) == nil)
    _ = try await host.run("modprobe", "vfio-pci")
    #expect(try host.text(parameter) == "N")
    try await host.write(parameter, "1")
    #expect(try host.text(parameter) == "Y")
    try await host.write("\(pf)/sriov_numvfs", "1")
    try await host.write("\(vf)/driver_override", "vfio-pci")
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(try host.linkName("\(vf)/driver") == "vfio-pci")
    #expect(try host.linkName("\(vf)/iommu_group") == "0")
    #expect(try host.list("/dev/vfio") == ["noiommu-0", "vfio"])
    #expect(try host.list("/sys/class/iommu") == [])
    #expect(try host.text("/proc/sys/kernel/tainted") == "64")
  }

  @Test func unsafeModeCanComeFromModprobeConfiguration() async throws {
    let host = try Example.iommuOff.host()
    try host.put("/etc/modprobe.d/vfio.conf", "options vfio enable_unsafe_noiommu_mode=1\n")
    _ = try await host.run("modprobe", "vfio-pci")
    #expect(try host.text("/sys/module/vfio/parameters/enable_unsafe_noiommu_mode") == "Y")
  }

  @Test func aGroupListsAllItsDevices() throws {
    let host = try ModelHost(
      yaml: """
        machine: m
        kernel: {cmdline: intel_iommu=on}
        pci:
          - {address: 0000:80:02.0, vendor: 8086, device: 2f04, class: "060400", iommu_group: 7}
          - {address: 0000:81:00.0, vendor: 8086, device: 10fb, parent: pci0000:80/0000:80:02.0, iommu_group: 7, net: {name: a}}
          - {address: 0000:81:00.1, vendor: 8086, device: 10fb, parent: pci0000:80/0000:80:02.0, iommu_group: 7, net: {name: b}}
        """)
    #expect(try host.list("\(pf)/iommu_group/devices") == ["0000:80:02.0", "0000:81:00.0", "0000:81:00.1"])
    #expect(try host.linkName("\(pf)/iommu_group/devices/0000:81:00.1/driver") == "ixgbe")
    #expect(try host.text("/sys/kernel/iommu_groups/7/devices/0000:80:02.0/class") == "0x060400")
    // Sysfs shows the bridge above the functions.
    #expect(try host.text("/sys/devices/pci0000:80/0000:80:02.0/0000:81:00.0/vendor") == "0x8086")
    #expect(try host.readLink("/sys/class/net/a") == "../../devices/pci0000:80/0000:80:02.0/0000:81:00.0/net/a")
  }

  @Test func eachVirtualFunctionHasAGroupOfItsOwn() async throws {
    let host = try Example.reference.host()
    try await host.write("\(pf)/sriov_numvfs", "3")
    let groups = try (0..<3).map { try host.linkName("\(pf)/virtfn\($0)/iommu_group") }
    #expect(Set(groups).count == 3)
    #expect(!groups.contains(nil))
  }

  /// As seen with QEMU's chipset.
  @Test func theFunctionsOfADeviceOfTheChipsetShareAGroup() throws {
    let machine = try Machine(
      yaml: """
        machine: m
        pci:
          - {address: 0000:00:02.0, vendor: 1b36, device: 000c, class: "060400"}
          - {address: 0000:00:02.1, vendor: 1b36, device: 000c, class: "060400"}
          - {address: 0000:00:1f.0, vendor: 8086, device: "2918", class: "060100"}
          - {address: 0000:00:1f.2, vendor: 8086, device: "2922", class: "010601"}
          - {address: 0000:01:00.0, vendor: 8086, device: 10c9, class: "020000"}
          - {address: 0000:01:00.1, vendor: 8086, device: 10c9, class: "020000"}
        """)
    #expect(machine.pci.sorted { $0.key < $1.key }.map(\.value.iommuGroup) == [0, 1, 2, 2, 3, 4])
  }
}
