import Testing
import Values

@testable import Primitives

struct KubeWaitRolloutTests {
  private let call: Value = ["kind": "Deployment", "name": "vsr", "timeout": 30]

  @Test func aNewTemplate() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.deployment())
    #expect(
      try await bench.ask(KubeWaitRollout.self, call) == ["name": "vsr", "namespace": "default", "ready": 1])
    try await bench.kubectl(
      "apply --server-side --field-manager=vsrrun -f -", Objects.deployment(image: "example.org/vsr:2"))
    _ = try await bench.ask(KubeWaitRollout.self, call)
    let pods = try await bench.ask(KubeList.self, ["kind": "Pod", "selector": "app=vsr"]).array ?? []
    #expect(pods.count == 1)
    #expect(pods.first?["spec", "containers"]?.array?.first?["image"] == "example.org/vsr:2")
    #expect(bench.told.contains { $0.hasPrefix("Deployment default/vsr: ") }, "\(bench.told)")
  }

  @Test func aDaemonSet() async throws {
    let bench = try await KubeBench.bench("1.30.1", Objects.daemon("d"))
    let answer = try await bench.ask(KubeWaitRollout.self, ["kind": "DaemonSet", "name": "d"])
    #expect(answer["ready"] == 1)
  }

  @Test func whatKeepsItsPodsIsTold() async throws {
    let bench = EffectBench(try await KubeBench.cluster(images: "\"example.org/*\""))
    try await bench.kubectl("apply --server-side -f -", Objects.deployment())
    let text = await complaint { _ = try await bench.ask(KubeWaitRollout.self, call) }
    #expect(
      text.hasPrefix(
        "Deployment default/vsr is not rolled out after 30 s: Deployment default/vsr: 0 of 1 pods are available; pod vsr-"
      ),
      "\(text)")
    #expect(text.contains("ImagePullBackOff") && text.contains("is the pull secret right (kube.secret)?"))
  }

  @Test func oneThatIsNotThere() async throws {
    let bench = try await KubeBench.bench()
    #expect(
      await complaint { _ = try await bench.ask(KubeWaitRollout.self, call) }
        == "Deployment default/vsr is not rolled out after 30 s: there is no Deployment default/vsr; is it applied?")
  }
}
