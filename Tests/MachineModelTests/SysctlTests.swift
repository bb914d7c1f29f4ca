import Host
import Testing

@testable import MachineModel

struct SysctlTests {
  private let bridge = "/proc/sys/net/bridge/bridge-nf-call-iptables"

  @Test func bridgeParametersComeAndGoWithTheirModule() async throws {
    let host = try Example.reference.host()
    #expect(try host.text(bridge) == nil)
    #expect(await fails(.noEntry) { try await host.write(bridge, "1") })
    _ = try await host.run("modprobe", "br_netfilter")
    #expect(try host.text(bridge) == "1")
    try await host.write(bridge, "0")
    _ = try await host.run("modprobe", "-r", "br_netfilter")
    #expect(try host.text(bridge) == nil)
    _ = try await host.run("modprobe", "br_netfilter")
    #expect(try host.text(bridge) == "1")
  }

  @Test func valuesAreReadBackAsTheKernelHasThem() async throws {
    let host = try Example.reference.host()
    try await host.write("/proc/sys/fs/inotify/max_user_instances", "2048\n")
    #expect(String(decoding: try host.read("/proc/sys/fs/inotify/max_user_instances"), as: UTF8.self) == "2048\n")
    try await host.write("/proc/sys/net/ipv4/ip_local_port_range", "1024 65000")
    #expect(try host.text("/proc/sys/net/ipv4/ip_local_port_range") == "1024\t65000")
    #expect(await fails(.invalid) { try await host.write("/proc/sys/net/ipv4/ip_forward", "yes") })
    #expect(await fails(.noEntry) { try await host.write("/proc/sys/net/ipv4/ip_foreward", "1") })
  }

  @Test func forwardingFollows() async throws {
    let host = try Example.reference.host()
    try await host.write("/proc/sys/net/ipv4/ip_forward", "1")
    #expect(try host.text("/proc/sys/net/ipv4/conf/all/forwarding") == "1")
  }

  @Test func aRebootAppliesTheFilesInTheirOrder() async throws {
    let host = try Example.reference.host()
    try await host.write("/proc/sys/fs/inotify/max_user_watches", "1048576")
    try host.put(
      "/etc/sysctl.d/99-kubernetes-cri.conf",
      "# Kubernetes\nnet.bridge.bridge-nf-call-iptables = 0\nnet.ipv4.ip_forward=1\n-net.ipv4.unknown = 1\n")
    try host.put("/usr/lib/sysctl.d/10-panic.conf", "kernel.panic = 5\n")
    try host.put("/etc/sysctl.d/10-panic.conf", "kernel.panic = 10\n")
    try await host.reboot()
    #expect(try host.text("/proc/sys/fs/inotify/max_user_watches") == "8192")
    #expect(try host.text("/proc/sys/net/ipv4/ip_forward") == "1")
    #expect(try host.text("/proc/sys/kernel/panic") == "10")
    // Without the module there is nothing to set.
    #expect(try host.text(bridge) == nil)
    try host.put("/etc/modules-load.d/containerd.conf", "br_netfilter\n")
    try await host.reboot()
    #expect(try host.text(bridge) == "0")
  }

  @Test func theTreeCanBeListed() throws {
    let host = try Example.reference.host()
    #expect(try host.list("/proc/sys/fs/inotify") == ["max_queued_events", "max_user_instances", "max_user_watches"])
    #expect(try host.text("/proc/sys/kernel/osrelease") == "5.4.0-216-generic")
  }
}
