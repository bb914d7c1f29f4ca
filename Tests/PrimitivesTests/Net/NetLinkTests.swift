import Testing
import Values

@testable import Primitives

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
