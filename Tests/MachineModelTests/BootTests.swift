import Host
import Testing

@testable import MachineModel

/// What a reboot loses and what it brings back, in one; the single rules stand with their families.
struct BootTests {
  @Test func theBootHasAnotherIdentifierAndTheMachineTheSame() async throws {
    let host = try Example.reference.host()
    let (boot, machine, now) = (host.bootID, host.machineID, host.now)
    #expect(try host.text("/proc/sys/kernel/random/boot_id") == boot)
    #expect(try host.text("/etc/machine-id") == machine)
    #expect(machine.count == 32)
    try await host.reboot()
    #expect(host.bootID != boot)
    #expect(host.machineID == machine)
    #expect(host.now > now)
    #expect(host.machine.boots == 1)
    // The same machine file boots into the same.
    #expect(try Example.reference.machine().rebooted().bootID == Example.reference.machine().rebooted().bootID)
  }

  @Test func volatileFilesAreLost() async throws {
    let host = try Example.reference.host()
    try host.put("/run/vsrrun.lock", "1\n")
    try host.put("/var/run/other", "1\n")
    try host.put("/tmp/scratch", "1\n")
    try host.put("/var/lib/kept", "1\n")
    #expect(try host.status("/run/other") != nil)
    try await host.reboot()
    #expect(try host.status("/run/vsrrun.lock") == nil)
    #expect(try host.status("/run/other") == nil)
    #expect(try host.list("/tmp") == [])
    #expect(try host.text("/var/lib/kept") == "1")
    #expect(try host.list("/run/systemd/generator") == ["swap.img.swap"])
  }

  @Test func aRebootLosesWhatIsNotConfigured() async throws {
    let host = try Example.reference.host()
    let before = host.machine
    try await host.write("/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages", "16")
    try host.unmount("/dev/hugepages")
    _ = try await host.run("modprobe", "-a", "vfio-pci", "br_netfilter", "overlay")
    try await host.write("/proc/sys/net/ipv4/ip_forward", "1")
    try await host.write("/sys/class/net/ens787f0/flags", "0x1003")
    try await host.write("\(pf)/sriov_drivers_autoprobe", "0")
    try await host.write("\(pf)/sriov_numvfs", "1")
    try await host.write("\(vf)/driver_override", "vfio-pci")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    try host.swapOff("/swap.img")
    try await host.reboot()
    #expect(host.machine.normalized().differences(from: before) == [])
    #expect(host.machine.normalized() == before)
  }

  @Test func processesAreGone() async throws {
    let host = try Example.vfsAlreadyThere.host()
    try await host.reboot()
    #expect(try host.status("/proc/4242") == nil)
  }

  @Test func rebootedIsPure() throws {
    let machine = try Example.reference.machine()
    let again = machine.rebooted()
    #expect(machine == (try Example.reference.machine()))
    #expect(again == machine.rebooted())
  }
}
