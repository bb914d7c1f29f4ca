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
      yaml:
        "pci: [{address: 0000:01:00.0, vendor: 8086, device: \"1521\", net: {name: a, up: false, addresses: [10.0.0.1/24]}}]"
    )
    try await bench.perform(NetUp.self, "a")
    #expect(try await bench.undo().first?.contains("a is in use: a carries an IPv4 route; it stays up") == true)
    #expect(try bench.text("/sys/class/net/a/flags")?.hasSuffix("3") == true)
  }

  /// Every device that is up gets routes from an IPv6 router.
  @Test func undoSetsDownADeviceThatHasOnlyWhatComesByItself() async throws {
    let bench = try EffectBench(
      yaml:
        "pci: [{address: 0000:01:00.0, vendor: 8086, device: \"1521\", net: {name: a, up: false, routes: [\"2001:db8::/64 proto ra\", default via fe80::2 proto ra]}}]"
    )
    try await bench.perform(NetUp.self, "a")
    #expect(try await bench.undo() == [])
    #expect(try bench.text("/sys/class/net/a/flags")?.hasSuffix("2") == true)
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
