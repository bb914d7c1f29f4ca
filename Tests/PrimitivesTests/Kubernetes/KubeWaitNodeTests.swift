import Host
import Testing
import Values

@testable import Primitives

struct KubeWaitNodeTests {
  @Test(arguments: ["1.20.2", "1.24.0"]) func aNodeThatIsReady(version: String) async throws {
    let bench = try await KubeBench.bench(version)
    #expect(try await bench.ask(KubeWaitNode.self) == ["node-1"])
    #expect(try await bench.ask(KubeWaitNode.self, "node-1") == ["node-1"])
    #expect(bench.told == [])
  }

  @Test func aNodeWithoutItsNetwork() async throws {
    let bench = EffectBench(try KubeBench.bare())
    try await bench.perform(KubeadmInit.self, ["pod_network": "10.244.0.0/16"])
    let text = await complaint { _ = try await bench.ask(KubeWaitNode.self, ["timeout": 10]) }
    #expect(
      text.hasPrefix("not every node is Ready after 10 s: node-1: container runtime network not ready: "), "\(text)")
    #expect(
      text.hasSuffix(
        "; the network plugin has not written its configuration to /etc/cni/net.d yet: see the pods of flannel"))
    for directory in ["/etc/cni", "/etc/cni/net.d"] { try bench.host.makeDirectory(directory, mode: 0o755) }
    try bench.put("/etc/cni/net.d/10-a.conflist", #"{"plugins": [{"type": "bridge"}]}"#)
    #expect(try await bench.ask(KubeWaitNode.self) == ["node-1"])
  }

  @Test func oneThatIsNotThere() async throws {
    let bench = try await KubeBench.bench()
    #expect(
      await complaint { _ = try await bench.ask(KubeWaitNode.self, ["node": "other", "timeout": 5]) }
        == "the node other is not Ready after 5 s: there is no such node; has the kubelet registered it? `journalctl -u kubelet -e`"
    )
  }
}
