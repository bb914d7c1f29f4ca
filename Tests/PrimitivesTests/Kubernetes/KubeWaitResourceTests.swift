import Testing
import Values

@testable import Primitives

struct KubeWaitResourceTests {
  private func wait(_ bench: EffectBench, _ resources: Value, node: Value = nil) async -> (answer: Value, error: String)
  {
    var answer: Value = nil
    let error = await complaint {
      answer = try await bench.ask(
        KubeWaitResource.self, ["resources": resources, "node": node, "timeout": 10])
    }
    return (answer, error)
  }

  @Test func whatThereIs() async throws {
    let bench = try await KubeBench.bench()
    let answer = await wait(bench, ["hugepages-1Gi": "32Gi", "cpu": 32]).answer
    #expect(answer == ["node": "node-1", "allocatable": ["cpu": "32", "hugepages-1Gi": "32Gi"]], "\(answer)")
    #expect(await wait(bench, ["hugepages-1Gi": 1], node: "node-1").answer["node"] == "node-1")
  }

  @Test func hugePagesThatTheKubeletHasNotCounted() async throws {
    let bench = try await KubeBench.bench()
    try await bench.write("/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages", "20")
    #expect(
      await wait(bench, ["hugepages-1Gi": "36Gi"]).error
        == "no node offers what is wanted after 10 s: node-1 offers 32Gi hugepages-1Gi (wanted: 36Gi); the kubelet counts huge pages and CPUs when it starts: restart it after they were reserved"
    )
    try await bench.host.unitJob(.restart, "kubelet.service")
    #expect(await wait(bench, ["hugepages-1Gi": "36Gi"]).error == "")
  }

  @Test func devicesThatNobodyOffers() async throws {
    let bench = try await KubeBench.bench()
    let error = await wait(bench, ["intel.com/a": 2, "cpu": 1], node: "node-1").error
    #expect(
      error
        == "the node node-1 does not offer what is wanted after 10 s: node-1 offers no intel.com/a (wanted: 2); is the device plugin's DaemonSet ready, do its ConfigMap's selectors fit, and are the VFs there and bound? `kubectl logs` of the plugin lists what it found"
    )
    #expect(bench.told == ["node-1 offers no intel.com/a (wanted: 2)"])
  }

  @Test func aNodeThatIsNotThere() async throws {
    let bench = try await KubeBench.bench()
    #expect(
      await wait(bench, ["cpu": 1], node: "other").error
        == "the node other does not offer what is wanted after 10 s: there is no node other; `kubectl get nodes`")
  }

  @Test func argumentsAreChecked() {
    #expect(complaint(of: KubeWaitResource.self, ["resources": [:]]).contains("argument 'resources': expected one"))
    #expect(
      complaint(of: KubeWaitResource.self, ["resources": ["cpu": "8GiB"]])
        == #"kube.wait_resource: argument 'resources': 'cpu': expected a quantity such as 1 or "8Gi", got "8GiB""#)
  }
}
