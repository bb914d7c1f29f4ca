import Host
import Testing

@testable import MachineModel

struct NetTests {
  private let net = "/sys/class/net/ens787f0"

  @Test func aDeviceIsBroughtUpByItsFlags() async throws {
    let host = try Example.reference.host()
    #expect(try host.text("\(net)/operstate") == "down")
    #expect(await fails(.invalid) { _ = try host.read("\(net)/carrier") })
    #expect(try host.text("\(net)/flags") == "0x1002")
    try await host.write("\(net)/flags", "0x1003")
    #expect(try host.text("\(net)/operstate") == "up")
    #expect(try host.text("\(net)/flags") == "0x1003")
    try await host.reboot()
    #expect(try host.text("\(net)/operstate") == "down")
    #expect(try host.text("/sys/class/net/eno1/operstate") == "up")
  }

  @Test func theMTUOfAVirtualFunctionIsBoundByThePhysicalOne() async throws {
    let host = try Example.reference.host()
    try await host.write("\(pf)/sriov_numvfs", "1")
    #expect(await fails(.invalid) { try await host.write("/sys/class/net/ens787f0v0/mtu", "9000") })
    try await host.write("\(net)/mtu", "9000")
    try await host.write("/sys/class/net/ens787f0v0/mtu", "9000")
    #expect(try host.text("/sys/class/net/ens787f0v0/mtu") == "9000")
    #expect(await fails(.invalid) { try await host.write("\(net)/mtu", "67") })
    #expect(await fails(.invalid) { try await host.write("\(net)/mtu", "100000") })
  }

  @Test func aVirtualFunctionIsConfiguredThroughThePhysicalOne() async throws {
    let host = try Example.reference.host()
    #expect(try await host.run("ip", "link", "set", "ens787f0", "vf", "0", "mac", "02:00:00:00:00:01").status == 2)
    try await host.write("\(pf)/sriov_numvfs", "1")
    let set = try await host.run(
      "ip", "link", "set", "dev", "ens787f0", "vf", "0", "mac", "02:00:00:00:00:01", "trust", "on", "spoofchk", "off",
      "vlan", "7")
    #expect(set.succeeded)
    let shown = String(
      decoding: try await host.run("ip", "-j", "-d", "link", "show", "dev", "ens787f0").output, as: UTF8.self)
    for part in [#""vf":0"#, #""address":"02:00:00:00:00:01""#, #""trust":true"#, #""spoofchk":false"#, #""vlan":7"#] {
      #expect(shown.contains(part), "\(part) in \(shown)")
    }
    // The function takes the address when its driver starts.
    try await host.write("\(vf)/driver/unbind", "0000:81:10.0")
    try await host.write("/sys/bus/pci/drivers_probe", "0000:81:10.0")
    #expect(try host.text("/sys/class/net/ens787f0v0/address") == "02:00:00:00:00:01")
  }

  @Test func ipRefusesWhatTheKernelRefuses() async throws {
    let host = try Example.reference.host()
    #expect(try await host.run("ip", "link", "set", "ens0", "up").status == 1)
    #expect(try await host.run("ip", "link", "show", "ens0").complaint == "Device \"ens0\" does not exist.")
    #expect(try await host.run("ip", "link", "set", "ens787f0", "mtu", "5").status == 2)
    #expect(try await host.run("ip", "link", "set", "ens787f0", "up").succeeded)
    #expect(try host.text("\(net)/operstate") == "up")
  }

  @Test func routesAndTheSessionTellWhatIsInUse() throws {
    let host = try Example.nicCarriesSSH.host()
    let routes = try #require(try host.text("/proc/net/route"))
    #expect(routes.contains("ens787f0\t00000000\t010200C0\t0003"))
    #expect(routes.contains("bond0\t006433C6\t00000000\t0001\t0\t0\t0\t00FFFFFF"))
    #expect(try host.text("/proc/net/tcp")?.contains("0A0200C0:0016") == true)
    #expect(try host.text("/proc/net/fib_trie")?.contains("|-- 192.0.2.10") == true)
    let six = try #require(try host.text("/proc/net/ipv6_route"))
    #expect(
      six.contains(
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010db8000000000000000000000001"))
    #expect(six.hasSuffix("bond0.100"))
    // From the port to what is above it.
    #expect(try host.linkName("/sys/class/net/ens804f0/master") == "bond0")
    #expect(try host.readLink("/sys/class/net/ens804f0/upper_bond0") == "../../../../virtual/net/bond0")
    #expect(try host.text("/sys/class/net/ens804f0/upper_bond0/operstate") == "up")
    #expect(try host.list("/sys/class/net/bond0").contains("upper_bond0.100"))
    #expect(try host.list("/sys/class/net/bond0").contains("lower_ens804f0"))
    #expect(try host.text("/sys/class/net/bond0.100/lower_bond0/lower_ens804f0/device/vendor") == "0x8086")
  }

  @Test func linksAreWalkedAsTheKernelWalksThem() throws {
    let host = try Example.reference.host()
    #expect(try host.readLink(net) == "../../devices/pci0000:81/0000:81:00.0/net/ens787f0")
    #expect(try host.readLink("\(net)/device") == "../../../0000:81:00.0")
    #expect(try host.readLink(pf) == "../../../devices/pci0000:81/0000:81:00.0")
    #expect(try host.readLink("\(pf)/driver") == "../../../bus/pci/drivers/ixgbe")
    #expect(try host.linkName("\(net)/device/driver/module") == "ixgbe")
    #expect(try host.text("\(net)/device/../0000:81:00.0/vendor") == "0x8086")
    #expect(try host.status(net)?.kind == .link)
    #expect(try host.status("\(net)/")?.kind == .link)
  }

  @Test func mellanoxFunctionsKeepTheirDriverAndShowRDMA() async throws {
    let host = try ModelHost(
      yaml: """
        machine: m
        kernel: {cmdline: intel_iommu=on}
        modules: {loaded: [mlx5_ib]}
        pci:
          - address: 0000:81:00.0
            vendor: 15b3
            device: "1017"
            net: {name: ens1f0np0}
            sriov: {total: 8, vf_device: "1018", offset: 2, stride: 1}
        """)
    try await host.write("\(pf)/sriov_numvfs", "2")
    let vf = try #require(try host.linkName("\(pf)/virtfn1"))
    #expect(vf == "0000:81:00.3")
    #expect(try host.linkName("\(pf)/virtfn1/driver") == "mlx5_core")
    #expect(try host.list("/sys/class/infiniband") == ["mlx5_0", "mlx5_1", "mlx5_2"])
    #expect(try host.list("\(pf)/virtfn0/infiniband") == ["mlx5_1"])
    #expect(try host.exists("/dev/infiniband/uverbs2"))
  }
}
