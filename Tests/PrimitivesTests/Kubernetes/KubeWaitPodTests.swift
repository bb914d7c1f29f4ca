import Testing
import Values

@testable import Primitives

/// The model's clock makes waiting free.
struct KubeWaitPodTests {
  private func call(_ timeout: Int = 30) -> Value { ["selector": "app=vsr", "timeout": .integer(timeout)] }

  /// What is said once the time is over, with the pod's own name left out.
  private func failure(_ bench: EffectBench) async throws -> String {
    let began = bench.host.now
    let text = await complaint { _ = try await bench.ask(KubeWaitPod.self, call()) }
    #expect((30_000_000...60_000_000).contains(bench.host.now - began), "it ends when its time is over")
    let names = try await bench.ask(KubeList.self, ["kind": "Pod", "namespace": "default"]).array ?? []
    return names.compactMap { $0["metadata", "name"]?.string }.reduce(text) { $0.replacing($1, with: "POD") }
  }

  private func failure(_ object: Value, version: String = "1.20.2", images: String = "") async throws -> String {
    let bench = EffectBench(try await KubeBench.cluster(version, images: images))
    try await bench.kubectl("apply --server-side -f -", object)
    return try await failure(bench)
  }

  @Test(arguments: ["1.20.2", "1.24.0", "1.30.1"]) func aPodThatBecomesReady(version: String) async throws {
    let bench = try await KubeBench.bench(version, Objects.deployment())
    let began = bench.host.now
    let answer = try await bench.ask(KubeWaitPod.self, "app=vsr")
    #expect(answer["node"] == "node-1" && answer["namespace"] == "default")
    #expect(answer["name"]?.string?.hasPrefix("vsr-") == true && answer["ip"]?.string?.hasPrefix("10.244.0.") == true)
    #expect(bench.host.now - began < 10_000_000)
    #expect(bench.told.contains { $0.contains("ContainerCreating") }, "\(bench.told)")
    let (operations, told) = (bench.host.operations, bench.told.count)
    _ = try await bench.ask(KubeWaitPod.self, "app=vsr")
    #expect(bench.host.operations == operations && bench.told.count == told, "one that is Ready takes a look")
  }

  @Test func tooFewHugePages() async throws {
    let requests: Value = ["hugepages-1Gi": "64Gi", "cpu": "1", "memory": "1Gi"]
    #expect(
      try await failure(Objects.deployment(requests: requests))
        == "pod app=vsr in default is not Ready after 30 s: pod POD: 0/1 nodes are available: 1 Insufficient hugepages-1Gi.; the node has too few free huge pages of that size: reserve more (hugepages.reserve) and restart the kubelet, which counts them when it starts; a second pod takes its own"
    )
  }

  @Test(arguments: ["1.20.2", "1.24.0", "1.30.1"]) func aResourceThatNobodyOffers(version: String) async throws {
    let text = try await failure(Objects.deployment(requests: ["intel.com/a": "1"]), version: version)
    #expect(text.contains("1 Insufficient intel.com/a"), "\(text)")
    #expect(
      text.hasSuffix(
        "; no device plugin offers enough of intel.com/a: are the VFs there and bound, does the ConfigMap select them, is the plugin's DaemonSet ready (kube.wait_resource)?"
      ))
  }

  @Test func tooFewProcessors() async throws {
    let text = try await failure(Objects.deployment(requests: ["cpu": "64"]))
    #expect(text.hasSuffix("; ask for less cpu, or give the node more; what the kubelet reserves does not count"))
  }

  @Test(arguments: ["1.20.2", "1.25.0"]) func aTaint(version: String) async throws {
    let text = try await failure(Objects.deployment(pod: ["tolerations": []]), version: version)
    #expect(text.contains("node-role.kubernetes.io/"))
    #expect(text.hasSuffix("; a taint keeps pods away: kube.untaint takes it off"))
  }

  @Test func aNodeSelectorThatFitsNone() async throws {
    let text = try await failure(Objects.deployment(pod: ["nodeSelector": ["a": "b"]]))
    #expect(text.hasSuffix("; the pod's node selector or affinity fits no node: compare the nodes' labels"), "\(text)")
  }

  @Test func anImageThatCannotBePulled() async throws {
    let text = try await failure(Objects.deployment(), images: "\"example.org/*\"")
    #expect(
      text.hasPrefix(
        #"pod app=vsr in default is not Ready after 30 s: pod POD: container vsr: ImagePullBackOff: Back-off pulling image "example.org/vsr:1"; newest warning: Failed: Failed to pull image "#
      ), "\(text)")
    #expect(
      text.hasSuffix(
        "; is the image example.org/vsr:1 right, can the registry be reached, and is the pull secret right (kube.secret)?"
      ))
  }

  @Test func aVolumeOfASecretThatIsMissing() async throws {
    let volumes: Value = [["name": "s", "secret": ["secretName": "s"]]]
    let text = try await failure(Objects.deployment(pod: ["volumes": volumes]))
    #expect(
      text.contains(#"newest warning: FailedMount: MountVolume.SetUp failed for volume "s" : secret "s" not found"#))
    #expect(text.hasSuffix("; a volume is missing: its host path, ConfigMap or Secret"))
  }

  @Test func anAccountThatIsMissing() async throws {
    let text = try await failure(Objects.deployment(pod: ["serviceAccountName": "user"]))
    #expect(text.hasPrefix("pod app=vsr in default is not Ready after 30 s: no pod app=vsr in default can be made: "))
    #expect(text.contains(#"serviceaccount "user" not found"#))
    #expect(text.hasSuffix("; apply the ServiceAccount that the pod names"))
  }

  @Test func sysctlsThatTheKubeletForbids() async throws {
    let sysctls: Value = ["sysctls": [["name": "net.ipv4.ip_forward", "value": "1"]]]
    let text = try await failure(Objects.deployment(pod: ["securityContext": sysctls]))
    #expect(text.contains("pod POD: Failed: SysctlForbidden: "), "\(text)")
    #expect(text.hasSuffix("--allowed-unsafe-sysctls=net.* (allowedUnsafeSysctls), then restart it"))
  }

  @Test func noPodAtAll() async throws {
    let bench = try await KubeBench.bench()
    #expect(
      try await failure(bench)
        == "pod app=vsr in default is not Ready after 30 s: no pod app=vsr in default is there yet; is its Deployment or DaemonSet applied, and is the controller manager up?"
    )
    #expect(bench.told == ["no pod app=vsr in default is there yet"], "the same is told once")
  }

  @Test func argumentsAreChecked() {
    #expect(complaint(of: KubeWaitPod.self, "").contains("argument 'selector': expected labels such as"))
    #expect(complaint(of: KubeWaitPod.self, call(0)).contains("argument 'timeout': expected seconds from 1 to 86400"))
  }
}
