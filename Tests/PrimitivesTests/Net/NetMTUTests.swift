import Testing
import Values

@testable import Primitives

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
