import Host
import Testing
import Values

@testable import MachineModel

/// Clusters in machine files, and what a reboot makes of them.
struct ClusterFileTests {
  /// A cluster with all that the install puts there.
  static func installed() async throws -> ClusterBench {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    try await DevicePluginTests.bind(bench.host)
    _ = try await bench.apply(
      Manifests.networkDefinition, Manifests.multus, Manifests.pluginConfiguration, Manifests.plugin)
    await bench.host.pause(seconds: 5)
    try bench.host.put("/opt/cni/bin/sriov", "sriov")
    var router = Manifests.deployment(requests: [
      "intel.com/nic_1": "1", "hugepages-1Gi": "8Gi", "cpu": "4", "memory": "2Gi",
    ])
    router.put("net-1", at: "spec", "template", "metadata", "annotations", "k8s.v1.cni.cncf.io/networks")
    _ = try await bench.apply(Manifests.network, router)
    await bench.host.pause(seconds: 5)
    return bench
  }

  @Test func everyStateOnTheWayReadsBackTheSame() async throws {
    var states: [Machine] = []
    let host = ModelHost(try Machine(yaml: ClusterBench.yaml("1.24.0-00"))) { states.append($0) }
    let bench = ClusterBench(host.machine)
    _ = bench
    let words = ["kubeadm", "init", "--pod-network-cidr=10.244.0.0/16", "--cri-socket", Cluster.ordinarySocket]
    _ = try await host.run(Command(words))
    let made = try await Self.installed()
    states.append(made.host.machine)
    try await made.host.reboot()
    states.append(made.host.machine)
    await made.host.pause(seconds: 22)
    states.append(made.host.machine)
    await made.host.pause(seconds: 60)
    states.append(made.host.machine)
    for (number, state) in states.enumerated() {
      for machine in [state, state.normalized()] {
        let text = machine.save()
        let back = try Machine.load(text, file: "saved")
        let isSame = back.kubernetes == machine.kubernetes
        #expect(isSame, "state \(number): \(unequal(back.kubernetes, machine.kubernetes))")
        if !isSame { return }
        #expect(back == machine, "state \(number): \(back.unequalParts(machine))")
        #expect(back.save() == text)
      }
    }
  }

  private func unequal(_ a: Kubernetes, _ b: Kubernetes) -> String {
    let (mine, theirs) = (a.cluster?.objects ?? ObjectTable(), b.cluster?.objects ?? ObjectTable())
    let ids = Set(mine.ids + theirs.ids).filter { mine[$0] != theirs[$0] }
    return ids.sorted().map { "\($0): \(mine[$0]?.json ?? "-") against \(theirs[$0]?.json ?? "-")" }.joined(
      separator: "\n")
      + " \(String(describing: a.cluster?.answers)) \(String(describing: b.cluster?.answers)) \(a.devices) \(b.devices)"
  }

  @Test func aSavedMachineIsReadable() async throws {
    let bench = try await Self.installed()
    let text = String(decoding: bench.host.machine.normalized().save(), as: UTF8.self)
    let section = try #require(text.firstRange(of: "\nkubernetes:\n").map { String(text[$0.upperBound...]) })
    #expect(section.hasPrefix("  version: v1.24.0\n  pod_network: 10.244.0.0/16\n"))
    #expect(section.contains("managedFields:\n          - manager: vsrrun\n            operation: Apply\n"))
    for word in [
      "kind: Pod\n", "uid:", "resourceVersion", "creationTimestamp", "fieldsV1", "status:", "coredns", "state:",
    ] {
      #expect(!section.contains(word), "\(word)")
    }
    #expect(!text.contains("/etc/kubernetes/pki"))
  }

  @Test func aSavedMachineGoesOnAsItWas() async throws {
    let bench = try await Self.installed()
    let back = ClusterBench(try Machine.load(bench.host.machine.normalized().save(), file: "saved"))
    #expect(try await back.pods("vsr") == ["Running"])
    #expect(try await back.get("nodes")[0].text("status", "allocatable", "intel.com/nic_1") == "2")
    #expect(try await back.get("deployment vsr")[0].isTrue("Available"))
    // Its owner still owns it.
    #expect(try await back.apply(Manifests.deployment(requests: ["cpu": "2"])).succeeded)
  }

  @Test func aMachineThatIsTakenBackSavesItsBytes() async throws {
    let machine = try Machine(yaml: ClusterBench.yaml("1.24.0-00"))
    let bench = ClusterBench(machine)
    try await bench.initialize()
    _ = try await bench.apply(Manifests.map("a", ["k": "v"]))
    let initialized = bench.host.machine.normalized()
    #expect(initialized.save() != machine.save())
    _ = try await bench.host.run("kubeadm", "reset", "-f")
    for path in [
      "/etc/kubernetes/manifests", "/etc/kubernetes/pki", "/etc/kubernetes", "/var/lib/etcd", "/var/lib/kubelet",
    ] { try? bench.host.remove(path) }
    _ = try await bench.host.run(Command(["iptables-restore"], input: Array("*filter\nCOMMIT\n*nat\nCOMMIT\n".utf8)))
    _ = try await bench.host.run(Command(["ip6tables-restore"], input: Array("*filter\nCOMMIT\n*nat\nCOMMIT\n".utf8)))
    try await bench.host.unitJob(.start, "kubelet.service")
    // What the kubelet made at its first start, and the reset has emptied.
    for folder in KnownContents.contents("kubelet", version: "1.24.0-00").directories {
      try bench.host.makeDirectory(folder, mode: 0o755)
    }
    #expect(bench.host.machine.normalized().differences(from: machine) == [])
    #expect(bench.host.machine.normalized().save() == machine.save())
  }

  @Test func anObjectThatIsTakenBackIsNoDifference() async throws {
    let yaml = ClusterBench.yaml("1.24.0-00", more: "kubernetes: {version: v1.24.0, pod_network: 10.244.0.0/16}")
    let machine = try Machine(yaml: yaml)
    let bench = ClusterBench(machine)
    _ = try await bench.apply(Manifests.map("a", ["k": "v"]), Manifests.deployment())
    await bench.host.pause(seconds: 100)
    #expect(bench.host.machine.normalized().differences(from: machine).map(\.path) == ["kubernetes/objects"])
    _ = try await bench.kubectl("delete cm a")
    _ = try await bench.kubectl("delete deployment vsr")
    #expect(bench.host.machine.normalized().differences(from: machine) == [])
    #expect(bench.host.machine.normalized().save() == Array(yaml.utf8))
  }

  @Test func aDescribedClusterRuns() async throws {
    let more = """
      kubernetes:
        version: v1.22.3
        pod_network: 10.244.0.0/16
        absent: [Deployment kube-system/coredns]
        objects:
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: hand}, data: {a: b}}
          - apiVersion: v1
            kind: ConfigMap
            metadata: {name: client, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"client"},"data":{"a":"b"}}'}}
            data: {a: b}
      """
    let bench = try ClusterBench("1.22.3-00", more: more)
    #expect(try await bench.get("nodes").first?.elements("spec", "taints").isEmpty == false)
    #expect(try await bench.get("deployment coredns -n kube-system").isEmpty)
    #expect(try await bench.pods("kube-proxy", namespace: "kube-system") == ["Running"])
    #expect(try bench.host.status("/etc/kubernetes/pki/ca.crt") != nil)
    #expect(try await bench.apply(Manifests.map("client", ["a": "c"])).complaint.contains("ttp"))
    #expect(
      String(decoding: try await bench.apply(Manifests.map("client", ["a": "c"])).errorOutput, as: UTF8.self).contains(
        "\"kubectl-client-side-apply\" using v1: .data.a"))
    #expect(
      String(decoding: try await bench.apply(Manifests.map("hand", ["a": "c"])).errorOutput, as: UTF8.self).contains(
        "\"before-first-apply\" using v1: .data.a"))
    #expect(try await bench.initialize().complaint.isEmpty == false)
  }

  @Test func aRebootBringsPodsBackLater() async throws {
    let bench = try await Self.installed()
    let before = try await bench.get("pods -l app=vsr")[0]
    try await bench.host.reboot()
    #expect(try await bench.kubectl("get --raw=/readyz").status == 1)
    // As units of the boot would do it before the kubelet starts.
    for node in 0...1 {
      try await bench.host.write(
        "/sys/devices/system/node/node\(node)/hugepages/hugepages-1048576kB/nr_hugepages", "16")
    }
    try await bench.host.unitJob(.restart, "kubelet.service")
    _ = try await bench.host.run("modprobe", "br_netfilter")
    try await DevicePluginTests.bind(bench.host)
    await bench.host.pause(seconds: 20)
    #expect(try await bench.kubectl("get --raw=/readyz").succeeded)
    let stale = try await bench.get("pods -l app=vsr")[0]
    #expect(stale.isTrue("Ready"), "the API server does not know yet")
    await bench.host.pause(seconds: 60)
    let after = try await bench.get("pods -l app=vsr")[0]
    #expect(after.name == before.name)
    #expect(after.isTrue("Ready"))
    #expect(after.elements("status", "containerStatuses")[0].number("restartCount") == 1)
    #expect(try await bench.get("nodes")[0].text("status", "allocatable", "intel.com/nic_1") == "2")
  }

  @Test func aRebootThatLosesHugePagesLosesThePod() async throws {
    let bench = try await Self.installed()
    try await bench.host.reboot()
    await bench.host.pause(seconds: 120)
    let pods = try await bench.pods("vsr")
    #expect(pods.contains("OutOfhugepages-1Gi") || pods.contains { $0.contains("Insufficient hugepages-1Gi") })
  }

  @Test func mistakesAreNamed() throws {
    func message(_ text: String) -> String {
      do {
        _ = try Machine(yaml: ClusterBench.yaml("1.24.0-00", more: text))
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message("kubernetes: {version: latest}").contains("'version' is one of Kubernetes, such as v1.24.0, got 'latest'")
    )
    #expect(message("kubernetes: {objects: [{a: b}]}").contains("objects are those of a cluster"))
    #expect(
      message("kubernetes: {version: v1.24.0, absent: [Pod x]}").contains("a cluster made by kubeadm has no 'Pod x'"))
    #expect(
      message("kubernetes: {version: v1.24.0, objects: [{kind: Pod}]}").contains(
        "an object has apiVersion, kind and metadata"))
    #expect(message("kubernetes: {versoin: v1.24.0}").contains("did you mean 'version'?"))
  }
}
