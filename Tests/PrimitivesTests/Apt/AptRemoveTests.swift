import MachineModel
import Testing

@testable import Engine
@testable import Primitives

struct AptRemoveTests {
  private static let installed = """
      installed:
        kubeadm: {version: 1.24.0-00, held: true}
        kubelet: {version: 1.24.0-00, auto: true}
        kubectl: {version: 1.24.0-00, auto: true}
        kubernetes-cni: {version: 1.2.0-2.1, auto: true}
        cri-tools: {version: 1.25.0-1.1, auto: true}
        conf: "1.0"
        conntrack: {version: "1", auto: true}
        ebtables: {version: "1", auto: true}
        socat: {version: "1", auto: true}
      contents: {conf: {conffiles: {/etc/conf: "text"}}}
    """

  @Test(arguments: [true, false]) func aPackageWithWhatDependsOnIt(isPurge: Bool) async throws {
    let machine = try AptBench.machine(Self.installed, "  /etc/conf: mine")
    try await checkWholeLife(
      of: AptRemove.self, ["packages": ["kubelet", "conf"], "purge": .boolean(isPurge)], on: machine)
  }

  @Test func aPurgeTakesConffilesAndUndoBringsThemBack() async throws {
    let bench = try AptBench.bench(Self.installed, "  /etc/conf: mine")
    try await bench.perform(AptRemove.self, ["packages": ["conf"], "purge": true])
    #expect(try bench.text("/etc/conf") == nil)
    #expect(try await bench.undo() == [])
    #expect(try bench.text("/etc/conf") == "mine")
  }

  @Test func whatIsNotThereHolds() async throws {
    let bench = try AptBench.bench("  installed: {conf: {version: \"1.0\", state: config-files}}")
    #expect(try await bench.perform(AptRemove.self, ["nowhere"]) == .held)
    #expect(try await bench.perform(AptRemove.self, ["conf"]) == .held)
    #expect(try await bench.perform(AptRemove.self, ["packages": ["conf"], "purge": true]) == .changed)
  }
}
