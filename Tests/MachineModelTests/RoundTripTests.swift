import Glibc
import Host
import Testing

@testable import MachineModel

/// Machine files are read, written and compared.
struct RoundTripTests {
  @Test(arguments: Example.allCases)
  func anUnchangedMachineSavesItsBytes(_ example: Example) throws {
    let machine = try example.machine()
    #expect(machine.save() == machine.origin.source?.bytes)
    #expect(machine.normalized().save() == machine.origin.source?.bytes)
  }

  @Test(arguments: Example.allCases)
  func whatIsWrittenReadsBackTheSame(_ example: Example) throws {
    var machine = try example.machine()
    machine.origin = Origin()
    let back = try Machine.load(machine.save(), file: "saved")
    #expect(back.differences(from: machine) == [])
    #expect(back == machine)
  }

  @Test(arguments: [Example.prepared, .debian12IGB])
  func aRebootOfAnOrdinaryMachineChangesNothing(_ example: Example) throws {
    let machine = try example.machine()
    #expect(machine.rebooted().normalized().differences(from: machine) == [])
    #expect(machine.rebooted().normalized() == machine.normalized())
    #expect(machine.rebooted().normalized().save() == machine.save())
  }

  /// Everything that a run does, in its order, with a reboot in the middle.
  static func install(_ host: ModelHost) async throws {
    try host.swapOff("/swap.img")
    try host.put("/etc/fstab", "# no swap\n")
    try await host.write("/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages", "16")
    try host.unmount("/dev/hugepages")
    try host.mount(Mount(target: "/dev/hugepages", type: "hugetlbfs", source: "none", options: "pagesize=1G"))
    _ = try await host.run("modprobe", "-a", "overlay", "br_netfilter", "vfio-pci", "vhost-net")
    try host.put("/etc/modules-load.d/containerd.conf", "overlay\nbr_netfilter\n")
    try await host.write("/proc/sys/net/ipv4/ip_forward", "1")
    try await host.write("/proc/sys/net/bridge/bridge-nf-call-iptables", "0")
    try host.makeDirectory("/etc/systemd/system/containerd.service.d", mode: 0o755)
    try host.put("/etc/systemd/system/containerd.service.d/override.conf", "[Service]\nLimitMEMLOCK=4194304\n")
    try await host.reloadUnits()
    try await host.unitJob(.restart, "containerd.service")
    try host.put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"intel_iommu=on iommu=pt quiet\"\n")
    _ = try await host.run("update-grub")
    try await host.write("/sys/class/net/ens787f0/flags", "0x1003")
    try await host.write("\(pf)/sriov_numvfs", "2")
    _ = try await host.run("ip", "link", "set", "ens787f0", "vf", "1", "mac", "02:00:00:00:00:02", "trust", "on")
    try await host.write("\(vf)/driver_override", "vfio-pci")
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    try host.put(
      "/etc/systemd/system/vsrrun-boot.service",
      "[Service]\nType=oneshot\nRemainAfterExit=yes\n[Install]\nWantedBy=multi-user.target\n")
    try host.setAttributes("/etc/systemd/system/vsrrun-boot.service", mode: 0o600, owner: Owner(user: 3, group: 4))
    try await host.setEnabled("vsrrun-boot.service", true)
    try await host.unitJob(.start, "vsrrun-boot.service")
    try host.remove("/etc/hosts")
    try host.makeLink("/etc/systemd/system/cron.service", to: "/dev/null")
  }

  @Test func everyStateOnTheWayReadsBackTheSame() async throws {
    var states: [Machine] = []
    let host = ModelHost(try Example.prepared.machine()) { states.append($0) }
    try await Self.install(host)
    try await host.reboot()
    try await host.write("\(pf)/sriov_numvfs", "1")
    #expect(states.count == host.operations)
    for (number, state) in states.enumerated() {
      for machine in [state, state.normalized()] {
        let text = machine.save()
        let back = try Machine.load(text, file: "saved")
        #expect(back.differences(from: machine) == [], "after operation \(number + 1)")
        #expect(back == machine, "after operation \(number + 1): \(back.unequalParts(machine))")
        #expect(back.save() == text)
      }
    }
  }

  @Test func aRehearsalThatIsTakenBackSavesTheBytesItBeganWith() async throws {
    let host = ModelHost(try Example.prepared.machine())
    let bytes = host.machine.save()
    let fstab = try host.read("/etc/fstab")
    try host.swapOff("/swap.img")
    try host.put("/etc/fstab", "# no swap\n")
    try host.makeDirectory("/etc/systemd/system/containerd.service.d", mode: 0o755)
    try host.put("/etc/systemd/system/containerd.service.d/override.conf", "[Service]\nLimitMEMLOCK=4194304\n")
    try await host.reloadUnits()
    try await host.unitJob(.restart, "containerd.service")
    _ = try await host.run("modprobe", "br_netfilter")
    try host.unmount("/dev/hugepages")
    try host.mount(Mount(target: "/dev/hugepages", type: "hugetlbfs", source: "none", options: "pagesize=1G"))
    #expect(host.machine.normalized().save() != bytes)

    try host.unmount("/dev/hugepages")
    try host.mount(Mount(target: "/dev/hugepages", type: "hugetlbfs", source: "hugetlbfs", options: "pagesize=2M"))
    _ = try await host.run("modprobe", "-r", "br_netfilter")
    try host.remove("/etc/systemd/system/containerd.service.d/override.conf")
    try host.remove("/etc/systemd/system/containerd.service.d")
    try host.replace("/etc/fstab", with: fstab, mode: 0o644, owner: .root)
    try host.swapOn("/swap.img", priority: -2)
    try await host.reloadUnits()
    try await host.unitJob(.restart, "containerd.service")
    #expect(host.machine.differences(from: try Example.prepared.machine()).map(\.path) != [])
    #expect(host.machine.normalized().differences(from: try Example.prepared.machine()) == [])
    #expect(host.machine.normalized().save() == bytes)
  }

  @Test func aProcessThatIsOlderThanItsFilesStaysOlder() async throws {
    let host = ModelHost(try Example.prepared.machine())
    #expect(!host.machine.isStale("containerd.service"))
    try host.makeDirectory("/etc/containerd", mode: 0o755)
    try host.put("/etc/containerd/config.toml", "version = 2\n")
    #expect(host.machine.isStale("containerd.service"))
    let back = ModelHost(try Machine.load(host.machine.normalized().save(), file: "saved"))
    #expect(back.machine.isStale("containerd.service"))
    let modified = try #require(try back.status("/etc/containerd/config.toml")?.modified)
    #expect(try await back.unit("containerd.service").mainStarted < modified)
    #expect(try await back.unit("ssh.service").mainStarted > modified)
    try await back.unitJob(.restart, "containerd.service")
    #expect(!back.machine.normalized().isStale("containerd.service"))
  }

  @Test func differencesNameThePlace() async throws {
    let host = try Example.prepared.host()
    try await host.write("/sys/devices/system/node/node1/hugepages/hugepages-1048576kB/nr_hugepages", "16")
    try host.swapOff("/swap.img")
    let differences = host.machine.normalized().differences(from: try Example.prepared.machine())
    #expect(
      differences == [
        MachineDifference(path: "numa/1/hugepages", before: nil, after: ["1GiB": ["total": 16]]),
        MachineDifference(path: "swap//swap.img/enabled", before: nil, after: false),
      ])
  }

  @Test func aFileIsStoredWhole() async throws {
    let path = "/tmp/machine-file-\(UInt64.random(in: 0 ... .max)).yaml"
    let file = MachineFile(path)
    let host = ModelHost(try Example.prepared.machine()) { machine throws(HostError) in try file.store(machine) }
    try host.put("/etc/motd", "hello\n")
    #expect(try file.load() == host.machine)
    try file.store(try Example.prepared.machine())
    #expect(try file.load().save() == (try Example.prepared.machine().save()))
    remove(path)
    #expect(throws: HostError.self) { try file.load() }
    #expect(throws: HostError.self) { try MachineFile("/nowhere/machine.yaml").store(host.machine) }
  }
}
