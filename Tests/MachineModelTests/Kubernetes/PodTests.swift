import Host
import Testing
import Values

@testable import MachineModel

/// Pods become ready, or say why they do not.
struct PodTests {
  @Test func aDeploymentHasAReadyPodAfterAMoment() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    _ = try await bench.apply(Manifests.deployment())
    #expect(try await bench.pods("vsr") == ["ContainerCreating"])
    await bench.host.pause(seconds: 3)
    let pod = try #require(try await bench.get("pods -l app=vsr").first)
    #expect(pod.isTrue("Ready"))
    #expect(pod.text("spec", "nodeName") == "node-1")
    #expect(pod.text("status", "podIP")?.hasPrefix("10.244.0.") == true)
    let deployment = try await bench.get("deployment vsr")[0]
    #expect(deployment.isTrue("Available"))
    #expect(deployment.number("status", "readyReplicas") == 1)
    #expect(try await bench.events("Started") == ["Started container vsr"])
    // Names and identifiers are the same in every run.
    let other = try await ClusterBench.initialized()
    try await other.open()
    _ = try await other.apply(Manifests.deployment())
    #expect(try await other.get("pods -l app=vsr").first?.name == pod.name)
  }

  @Test(
    arguments: [
      (
        ["hugepages-1Gi": "64Gi", "cpu": "1", "memory": "1Gi"], "0/1 nodes are available: 1 Insufficient hugepages-1Gi."
      ),
      (["cpu": "64"], "0/1 nodes are available: 1 Insufficient cpu."),
      (["memory": "200Gi"], "0/1 nodes are available: 1 Insufficient memory."),
      (
        ["intel.com/a": "1", "hugepages-2Mi": "2Mi", "cpu": "1"],
        "0/1 nodes are available: 1 Insufficient hugepages-2Mi, 1 Insufficient intel.com/a."
      ),
    ] as [([String: String], String)])
  func whatTheNodeLacksIsTold(_ requests: [String: String], _ message: String) async throws {
    let bench = try await ClusterBench.initialized("1.20.2-00")
    try await bench.open()
    _ = try await bench.apply(
      Manifests.deployment(requests: .map(.init(uniqueKeysWithValues: requests.mapValues(Value.string)))))
    await bench.host.pause(seconds: 60)
    #expect(try await bench.pods("vsr") == [message])
    #expect(try await bench.events("FailedScheduling").contains(message))
    let pod = try #require(try await bench.get("pods -l app=vsr").first)
    #expect(pod.condition("PodScheduled")?.text("reason") == "Unschedulable")
  }

  @Test(
    arguments: [
      (
        "1.20.2-00",
        "0/1 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate."
      ),
      (
        "1.25.0-1.1",
        "0/1 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
      ),
    ])
  func taintsKeepPodsAway(_ version: String, _ message: String) async throws {
    let bench = try await ClusterBench.initialized(version)
    _ = try await bench.apply(Manifests.flannelConfiguration, Manifests.flannel)
    await bench.host.pause(seconds: 30)
    _ = try await bench.apply(Manifests.deployment())
    #expect(try await bench.pods("vsr") == [message])
    try await bench.taint("node-role.kubernetes.io/\(version.hasPrefix("1.20") ? "master" : "control-plane")-")
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("vsr") == ["Running"])
  }

  @Test func hugePagesAreSeenWhenTheKubeletStarts() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    try await bench.host.write("/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages", "20")
    func pages() async throws -> String? {
      try await bench.get("nodes")[0].text("status", "allocatable", "hugepages-1Gi")
    }
    #expect(try await pages() == "32Gi")
    try await bench.host.unitJob(.restart, "kubelet.service")
    #expect(try await pages() == "36Gi")
  }

  @Test func withoutANetworkNothingOfItsOwnRuns() async throws {
    let bench = try await ClusterBench.initialized()
    #expect(
      try await bench.get("nodes")[0].elements("spec", "taints").contains {
        $0.text("key") == "node.kubernetes.io/not-ready"
      })
    try await bench.open()
    let node = try await bench.get("nodes")[0]
    #expect(node.isTrue("Ready"))
    #expect(node.elements("spec", "taints").isEmpty)
    #expect(try bench.text("/etc/cni/net.d/10-flannel.conflist")?.contains("cbr0") == true)
    #expect(try bench.text("/run/flannel/subnet.env")?.contains("FLANNEL_NETWORK=10.244.0.0/16") == true)
    #expect(try await bench.pods("coredns", namespace: "kube-system") == ["Running", "Running"])
  }

  @Test func aPluginThatIsNotThereIsTold() async throws {
    let bench = try await ClusterBench.initialized()
    try bench.host.remove("/opt/cni/bin/flannel")
    try await bench.open()
    #expect(try await bench.pods("coredns", namespace: "kube-system") == ["ContainerCreating", "ContainerCreating"])
    let text = try await bench.events("FailedCreatePodSandBox", namespace: "kube-system").first
    #expect(text?.hasSuffix("failed to find plugin \"flannel\" in path [/opt/cni/bin]") == true)
  }

  @Test func multusComesBeforeItAndWantsTheNetworks() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    _ = try await bench.apply(Manifests.networkDefinition, Manifests.multus)
    await bench.host.pause(seconds: 5)
    #expect(try bench.text("/etc/cni/net.d/00-multus.conf")?.contains("\"type\":\"multus\"") == true)
    #expect(try bench.host.status("/opt/cni/bin/multus") != nil)
    var pod = Manifests.deployment()
    pod.put("net-1", at: "spec", "template", "metadata", "annotations", "k8s.v1.cni.cncf.io/networks")
    _ = try await bench.apply(pod)
    await bench.host.pause(seconds: 5)
    #expect(
      try await bench.events("FailedCreatePodSandBox").contains {
        $0.hasSuffix("network-attachment-definitions.k8s.cni.cncf.io \"net-1\" not found")
      })
    _ = try await bench.apply(Manifests.network)
    await bench.host.pause(seconds: 5)
    #expect(
      try await bench.events("FailedCreatePodSandBox").contains {
        $0.hasSuffix("failed to find plugin \"sriov\" in path [/opt/cni/bin]")
      })
    try bench.host.put("/opt/cni/bin/sriov", "sriov")
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("vsr") == ["Running"])
  }

  @Test func theRouterRegistryWantsItsSecret() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    _ = try await bench.apply(
      Manifests.deployment(
        image: "download.6wind.com/vsr/x86_64-ce/3.5:3.5.1", pod: ["imagePullSecrets": [["name": "regcred"]]]))
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("vsr") == ["ImagePullBackOff"])
    #expect(
      try await bench.events("Failed").contains {
        $0.hasPrefix("Failed to pull image \"download.6wind.com/vsr/x86_64-ce/3.5:3.5.1\": ")
      })
    let login = Base64.encode(Array(#"{"auths":{"download.6wind.com":{"auth":"eDp5"}}}"#.utf8))
    let secret: Value = [
      "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "regcred"], "type": "kubernetes.io/dockerconfigjson",
      "data": [".dockerconfigjson": .string(login)],
    ]
    _ = try await bench.apply(secret)
    await bench.host.pause(seconds: 10)
    #expect(try await bench.pods("vsr") == ["Running"])
  }

  @Test func anImageThatNobodyHasIsTold() async throws {
    let bench = try await ClusterBench.initialized(more: "kubernetes: {missing_images: [\"example.org/*\"]}")
    try await bench.open()
    _ = try await bench.apply(Manifests.deployment())
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("vsr") == ["ImagePullBackOff"])
    #expect(try await bench.events("Failed").contains { $0.hasSuffix("example.org/vsr:1: not found") })
  }

  @Test func unsafeSysctlsHaveToBeAllowed() async throws {
    let sysctls: Value = ["securityContext": ["sysctls": [["name": "net.ipv4.ip_forward", "value": "1"]]]]
    let bench = try await ClusterBench.initialized("1.20.2-00")
    try await bench.open()
    _ = try await bench.apply(Manifests.deployment(pod: sysctls))
    #expect(try await bench.pods("vsr").contains("SysctlForbidden"))
    #expect(try await bench.events("SysctlForbidden") == ["forbidden sysctl: \"net.ipv4.ip_forward\" not whitelisted"])
    await bench.host.pause(seconds: 300)
    #expect(try await bench.pods("vsr").count <= 2)
    let settings = try #require(try bench.text("/var/lib/kubelet/config.yaml"))
    try bench.host.put("/var/lib/kubelet/config.yaml", settings + "\nallowedUnsafeSysctls: [\"net.*\"]\n")
    try await bench.host.unitJob(.restart, "kubelet.service")
    await bench.host.pause(seconds: 30)
    #expect(try await bench.pods("vsr").contains("Running"))
  }

  @Test func missingVolumesAreTold() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    _ = try await bench.apply(
      Manifests.deployment(
        "a", pod: ["volumes": [["name": "ppp", "hostPath": ["path": "/dev/ppp", "type": "CharDevice"]]]]),
      Manifests.deployment("b", pod: ["volumes": [["name": "cfg", "configMap": ["name": "nope"]]]]),
      Manifests.deployment("c", pod: ["volumes": [["name": "dir", "hostPath": ["path": "/srv/data", "type": ""]]]]))
    await bench.host.pause(seconds: 5)
    #expect(
      Set(try await bench.events("FailedMount")) == [
        "MountVolume.SetUp failed for volume \"ppp\" : hostPath type check failed: /dev/ppp is not a character device",
        "MountVolume.SetUp failed for volume \"cfg\" : configmap \"nope\" not found",
      ])
    // containerd makes what it is told to mount.
    #expect(try await bench.pods("c-") == ["Running"])
    #expect(try bench.host.status("/srv/data")?.kind == .directory)
    _ = try await bench.host.run("modprobe", "ppp_generic")
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("a-") == ["Running"])
  }

  @Test func aMissingAccountKeepsPodsFromBeingMade() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    _ = try await bench.apply(Manifests.deployment(pod: ["serviceAccountName": "user"]))
    #expect(try await bench.pods("vsr") == [])
    let condition = try await bench.get("deployment vsr")[0].condition("ReplicaFailure")
    #expect(condition?.text("reason") == "FailedCreate")
    #expect(condition?.text("message")?.hasSuffix("serviceaccount \"user\" not found") == true)
    _ = try await bench.apply(["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "user"]])
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("vsr") == ["Running"])
    #expect(try await bench.get("deployment vsr")[0].condition("ReplicaFailure") == nil)
  }

  @Test func aNewTemplateReplacesThePods() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    _ = try await bench.apply(Manifests.deployment())
    await bench.host.pause(seconds: 5)
    let first = try await bench.get("pods -l app=vsr")[0].name
    _ = try await bench.apply(Manifests.deployment(image: "example.org/vsr:2"))
    #expect(try await bench.pods("vsr").sorted() == ["ContainerCreating", "Running"])
    await bench.host.pause(seconds: 5)
    let second = try await bench.get("pods -l app=vsr")
    #expect(second.count == 1 && second[0].name != first)
    let restarted = try await bench.kubectl("rollout restart deployment/vsr -n default")
    #expect(restarted.output == Array("deployment.apps/vsr restarted\n".utf8))
    await bench.host.pause(seconds: 5)
    #expect(try await bench.get("pods -l app=vsr").map(\.name) != second.map(\.name))
  }
}
