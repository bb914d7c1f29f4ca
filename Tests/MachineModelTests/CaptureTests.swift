import Host
import Testing

@testable import MachineModel

/// A captured machine is the machine: here the one captured is a model, so that what it is is known.
struct CaptureTests {
  /// Some of what every-field.yaml has shows in no file.
  @Test(arguments: Example.allCases.filter { $0 != .everyField })
  func whatIsCapturedBehavesAsWhatItWasCapturedFrom(_ example: Example) async throws {
    let host = try example.host()
    let captured = ModelHost(try await Machine.capture(from: host).normalized())
    for path in [
      "/proc/cmdline", "/proc/swaps", "/proc/modules", "/etc/fstab", "/etc/machine-id", "/etc/os-release",
      "/proc/net/route",
      "/proc/net/tcp", "/proc/self/mountinfo", "/etc/default/grub", "/proc/sys/vm/swappiness",
      "/sys/devices/system/node/node1/cpulist",
    ] {
      #expect(try captured.text(path) == host.text(path), "\(path)")
    }
    for folder in [
      "/sys/bus/pci/devices", "/sys/class/net", "/sys/class/iommu", "/sys/kernel/iommu_groups", "/sys/bus/pci/drivers",
      "/dev/vfio", "/sys/module", "/etc/modules-load.d", "/etc/driverctl.d", "/run/systemd/generator",
    ] {
      #expect(try captured.listIfPresent(folder) == host.listIfPresent(folder), "\(folder)")
    }
    for (address, device) in host.machine.pci {
      let other = try #require(captured.machine.pci[address])
      #expect(other.driver == device.driver)
      #expect(other.defaultDriver == device.defaultDriver)
      #expect(other.parent == device.parent)
      #expect(other.numaNode == device.numaNode)
      #expect(other.visibleNet?.mac == device.visibleNet?.mac)
      // What the firmware hides cannot be seen.
      let sriov = device.sriov.flatMap { $0.isEnabledInFirmware ? $0 : nil }
      #expect(other.sriov?.vfs == sriov?.vfs)
      #expect(other.sriov?.vfDevice == sriov?.vfDevice)
      #expect(other.driverOverride == device.driverOverride)
      #expect(!host.machine.iommu.isOn || other.iommuGroup == device.iommuGroup)
    }
    for name in ["containerd.service", "kubelet.service", "ssh.service"] {
      let (mine, others) = (try await captured.unit(name), try await host.unit(name))
      #expect(mine.activeState == others.activeState)
      #expect(mine.unitFileState == others.unitFileState)
      #expect(mine.fragmentPath == others.fragmentPath)
    }
  }

  @Test(arguments: Example.allCases)
  func aCaptureCanBeKeptInAFile(_ example: Example) async throws {
    let machine = try await Machine.capture(from: try example.host()).normalized()
    let back = try Machine.load(machine.save(), file: "captured")
    #expect(back.differences(from: machine) == [])
    #expect(back == machine, "\(back.unequalParts(machine))")
  }

  /// As seen on a real machine: modules of devices that the model does not know come back, and what the kernel computes is
  /// computed again, while what was set or loaded since is lost.
  @Test func whatABootMakesOfACapturedMachine() async throws {
    let host = try Example.prepared.host()
    try await host.write("/proc/sys/fs/inotify/max_user_watches", "61696")
    host.machine.modules.available["sr_mod"] = Module(depends: ["cdrom"])
    host.machine.modules.available["cdrom"] = Module()
    #expect(try await host.run("modprobe", "sr_mod").succeeded)
    #expect(try await host.run("modprobe", "ppp_generic").succeeded)
    let captured = ModelHost(try await Machine.capture(from: host))
    try await captured.write("/proc/sys/fs/inotify/max_user_watches", "1048576")
    #expect(try await captured.run("modprobe", "vhost_net").succeeded)
    let machine = try Machine.load(captured.machine.save(), file: "captured").rebooted()
    #expect(machine.sysctl["fs/inotify/max_user_watches"] == "61696")
    #expect(machine.modules.loaded.isSuperset(of: ["sr_mod", "cdrom"]))
    #expect(machine.modules.loaded.isDisjoint(with: ["ppp_generic", "vhost_net"]))
  }

  @Test func stateThatARunMadeIsCaptured() async throws {
    let host = try Example.prepared.host()
    try await RoundTripTests.install(host)
    let captured = ModelHost(try await Machine.capture(from: host))
    #expect(try captured.linkName("\(vf)/driver") == "vfio-pci")
    #expect(try captured.text("/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages") == "16")
    #expect(try captured.text("/proc/swaps") == host.text("/proc/swaps"))
    #expect(
      try await captured.unit("containerd.service").dropInPaths == [
        "/etc/systemd/system/containerd.service.d/override.conf"
      ])
    #expect(captured.machine.kernel.nextCmdline == host.machine.kernel.nextCmdline)
    try await captured.reboot()
    try await host.reboot()
    #expect(try captured.text("/proc/cmdline") == host.text("/proc/cmdline"))
    #expect(try captured.text("/proc/modules") == host.text("/proc/modules"))
    #expect(try captured.text("/proc/swaps") == host.text("/proc/swaps"))
  }

  @Test func withoutSystemdUnitsAreWhatTheirFilesSay() async throws {
    let host = try Example.prepared.host("unit=EIO")
    let machine = try await Machine.capture(from: host)
    #expect(machine.units["containerd.service"]?.activity == .inactive)
    #expect(machine.units["containerd.service"]?.loaded.fragment != nil)
  }

  @Test func whatCannotBeReadStaysOut() async throws {
    let host = try Example.prepared.host(
      "read:/proc/cmdline=EACCES", "read:/etc/fstab=EACCES", "list:/sys/bus/pci/devices=EACCES",
      "read:/proc/modules=ENOENT")
    let machine = try await Machine.capture(from: host)
    #expect(machine.pci.isEmpty)
    #expect(machine.files.text("/etc/fstab") == nil)
    #expect(machine.modules.loaded == [])
    #expect(try Machine.load(machine.normalized().save(), file: "captured").normalized() == machine.normalized())
  }
}
