import Testing
import Values

@testable import Primitives

struct NetLinkTests {
  @Test func whatSysfsTells() async throws {
    let bench = try EffectBench(.reference)
    let link = try await bench.ask(NetLink.self, "ens787f0")
    #expect(link["address"] == "0000:81:00.0" && link["driver"] == "ixgbe" && link["up"] == false)
    #expect(link["operstate"] == "down" && link["mtu"] == 1500 && link["mac"] == "90:e2:ba:00:00:01")
    #expect(link["carries"] == nil)
    let management = try await bench.ask(NetLink.self, "eno1")
    #expect(management["up"] == true && management["carries"] == "eno1 carries the default route")
    #expect(try await bench.ask(NetLink.self, "nosuch") == nil)
    let bonded = try await EffectBench(.nicCarriesSSH).ask(NetLink.self, "ens804f0")
    #expect(bonded["carries"]?.string?.contains("on top of ens804f0, carries an IPv4 route") == true)
    let virtual = try await EffectBench(.nicCarriesSSH).ask(NetLink.self, "bond0")
    #expect(virtual["address"] == nil && virtual["driver"] == nil)
  }
}
