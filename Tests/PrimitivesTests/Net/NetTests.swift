import Testing
import Values

@testable import Primitives

struct NetUpTests {
  @Test func aDeviceThatIsDown() async throws {
    try await checkWholeLife(of: NetUp.self, "ens787f0", on: try Example.reference.machine())
  }

  @Test func oneThatIsUpHolds() async throws {
    #expect(try await EffectBench(.reference).perform(NetUp.self, "eno1") == .held)
  }

  @Test func undoLeavesADeviceUpThatCarriesARoute() async throws {
    let bench = try EffectBench(
      yaml: "pci: [{address: 0000:01:00.0, vendor: 8086, device: \"1521\", net: {name: a, up: false, addresses: [10.0.0.1/24]}}]")
    try await bench.perform(NetUp.self, "a")
    #expect(try await bench.undo().first?.contains("a is in use: a carries an IPv4 route; it stays up") == true)
    #expect(try bench.text("/sys/class/net/a/flags")?.hasSuffix("3") == true)
  }

  @Test func aDeviceThatIsNotThereOrWentAway() async throws {
    let bench = try EffectBench(.reference)
    #expect(
      await complaint { try await bench.perform(NetUp.self, "ens787f1") }
        == "there is no network device ens787f1; did you mean 'ens787f0'?")
    #expect(try await bench.undo() == [])
    try await bench.perform(NetUp.self, "ens804f0")
    try await bench.write("/sys/bus/pci/devices/0000:83:00.0/driver/unbind", "0000:83:00.0")
    #expect(try await bench.undo() == [])
  }

  @Test func setDownByAnotherHandNothingIsLeftToUndo() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(NetUp.self, "ens787f0")
    try await bench.write("/sys/class/net/ens787f0/flags", "0x1002")
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test(arguments: ["", "..", "a/b", "eth 0", "averyverylongname", "a:1"])
  func badNamesAreRefused(name: String) {
    #expect(complaint(of: NetUp.self, .string(name)).hasPrefix("net.up: argument 'device': expected network device"))
  }
}

struct NetMTUTests {
  private let call: Value = ["device": "ens787f0", "mtu": 9000]

  @Test func aLargerOne() async throws {
    try await checkWholeLife(of: NetMTU.self, call, on: try Example.reference.machine())
  }

  @Test func fact13ThePFIsRaisedBeforeItsVF() async throws {
    let bench = try EffectBench(.vfsAlreadyThere)
    let vf: Value = ["device": "ens787f0v1", "mtu": 9000]
    let text = await complaint { try await bench.perform(NetMTU.self, vf) }
    #expect(text.contains("EINVAL") && text.contains("a VF's is at most its physical function's"))
    #expect(try await bench.perform(NetMTU.self, call) == .changed)
    #expect(try await bench.perform(NetMTU.self, vf) == .changed)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func anotherMTUSinceStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(NetMTU.self, call)
    try await bench.write("/sys/class/net/ens787f0/mtu", "4000")
    #expect(try await bench.undo().first?.contains("another hand") == true)
  }

  @Test func badArgumentsAreNamed() async throws {
    #expect(
      complaint(of: NetMTU.self, ["device": "a", "mtu": 42])
        == "net.mtu: argument 'mtu': expected a number from 68 to 65536, got 42")
    #expect(complaint(of: NetMTU.self, ["device": "a", "mtu": "9000"]).contains("expected integer, got \"9000\""))
    let bench = try EffectBench(.reference)
    let text = await complaint { try await bench.perform(NetMTU.self, ["device": "nosuch", "mtu": 9000]) }
    #expect(text.hasPrefix("there is no network device nosuch; this machine has eno1,"))
  }
}

struct NetLinkTests {
  @Test func whatSysfsTells() async throws {
    let bench = try EffectBench(.reference)
    let link = try await bench.ask(NetLink.self, "ens787f0")
    #expect(link["address"] == "0000:81:00.0" && link["driver"] == "ixgbe" && link["up"] == false)
    #expect(link["operstate"] == "down" && link["mtu"] == 1500 && link["mac"] == "90:e2:ba:00:00:01")
    #expect(try await bench.ask(NetLink.self, "eno1")["up"] == true)
    #expect(try await bench.ask(NetLink.self, "nosuch") == nil)
    let virtual = try await EffectBench(.nicCarriesSSH).ask(NetLink.self, "bond0")
    #expect(virtual["address"] == nil && virtual["driver"] == nil)
  }
}
