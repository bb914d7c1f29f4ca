import Host
import MachineModel
import Testing
import Values

@testable import Engine
@testable import Primitives

struct KubeadmInitTests {
  private static let network: Value = ["pod_network": "10.244.0.0/16"]
  private let reset =
    "`kubeadm reset -f --cri-socket unix:///run/containerd/containerd.sock` takes it away, if nobody needs it any more"

  private func initialize(_ bench: EffectBench, _ call: Value = network) async throws -> EntryResult {
    try await bench.perform(KubeadmInit.self, call)
  }

  /// Killed in, after and between all phases, and in its undo.
  @Test(arguments: ["1.20.2", "1.30.1"]) func wholeLife(version: String) async throws {
    try await checkWholeLife(of: KubeadmInit.self, Self.network, on: try KubeBench.bare(version))
  }

  @Test func aClusterThatIsThereHolds() async throws {
    let bench = try await KubeBench.bench()
    #expect(try await initialize(bench) == .held)
    #expect(bench.host.operations == 0)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  // MARK: Cut off

  @Test(arguments: ["certs", "kubelet-start", "etcd", "wait-control-plane", "mark-control-plane", "addon"])
  func killedInAPhase(phase: String) async throws {
    for fault in ["phase:kubeadm init \(phase)=kill", "phase:kubeadm init \(phase)=kill-after"] {
      let bench = EffectBench(try KubeBench.bare())
      try bench.fault(fault)
      #expect(await complaint { _ = try await initialize(bench) }.contains("killed"))
      bench.revive()
      #expect(try await initialize(bench) == .changed, "\(fault)")
      #expect(try await EffectBench(bench.host.machine).perform(KubeadmInit.self, Self.network) == .held)
      #expect(try await bench.undo() == [])
      #expect(bench.changes == [], "\(fault)")
    }
  }

  /// kubeadm was cut off between the manifest of the API server and that of its etcd, or without settings of the kubelet.
  @Test(arguments: [("control-plane", []), ("etcd", ["/var/lib/kubelet/config.yaml"])])
  func anAPIServerThatNeverAnswersIsNotWaitedFor(phase: String, removed: [String]) async throws {
    let bench = EffectBench(try KubeBench.bare())
    try bench.fault("phase:kubeadm init \(phase)=kill-after")
    #expect(await complaint { _ = try await initialize(bench) }.contains("killed"))
    bench.revive()
    for path in removed { try bench.host.remove(path) }
    let start = bench.host.now
    #expect(try await initialize(bench) == .changed)
    #expect(bench.host.now - start < 60 * 1_000_000)
  }

  /// The power was cut before what kubeadm and the kubelet had written was on the disk: as seen of the last one, whose kubelet ends
  /// with "failed to find any PEM data in certificate input".
  @Test(arguments: [
    "/etc/kubernetes/manifests/etcd.yaml", "/etc/kubernetes/manifests/kube-apiserver.yaml",
    "/etc/kubernetes/kubelet.conf", "/etc/kubernetes/pki/apiserver.crt",
    "/var/lib/kubelet/pki/kubelet-client-current.pem",
  ])
  func norIsOneWhoseFilesAreEmpty(path: String) async throws {
    let bench = EffectBench(try KubeBench.bare())
    try bench.fault("phase:kubeadm init etcd=kill-after")
    _ = await complaint { _ = try await initialize(bench) }
    bench.revive()
    try bench.host.replace(path, with: [], mode: 0o600, owner: .root)
    let start = bench.host.now
    #expect(try await initialize(bench) == .changed)
    #expect(bench.host.now - start < 60 * 1_000_000)
  }

  /// One that was cut off later is: a slow machine's API server takes its time.
  @Test func anAPIServerThatMayAnswerIsWaitedFor() async throws {
    let bench = EffectBench(try KubeBench.bare())
    try bench.fault("phase:kubeadm init etcd=kill-after")
    _ = await complaint { _ = try await initialize(bench) }
    bench.revive()
    let start = bench.host.now
    #expect(try await initialize(bench) == .changed)
    #expect(bench.host.now - start >= 300 * 1_000_000)
  }

  /// Without its manifest, the next reset does not know where etcd's data is.
  @Test(arguments: [true, false]) func theResetIsKilledToo(isResumed: Bool) async throws {
    let bench = EffectBench(try KubeBench.bare(files: "  /var/lib/etcd: {kind: directory, mode: \"0700\"}"))
    try bench.fault("phase:kubeadm init addon=kill")
    _ = await complaint { _ = try await initialize(bench) }
    bench.revive()
    try bench.fault("run:kubeadm reset*=kill-during")
    #expect(await complaint { _ = try await initialize(bench) }.contains("killed"))
    bench.revive()
    #expect(try bench.host.list("/var/lib/etcd") != [])
    if isResumed { #expect(try await initialize(bench) == .changed) }
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func theUndosResetIsKilled() async throws {
    let bench = EffectBench(try KubeBench.bare(files: "  /var/lib/etcd: {kind: directory, mode: \"0700\"}"))
    _ = try await initialize(bench)
    try bench.fault("run:kubeadm reset*=kill-during")
    #expect(await complaint { try await bench.undo() }.contains("killed"))
    bench.revive()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func onePhaseFails() async throws {
    let bench = EffectBench(try KubeBench.bare())
    try bench.fault("phase:kubeadm init upload-config=exit:1")
    #expect(
      await complaint { _ = try await initialize(bench) }
        == "kubeadm init ended with status 1: kubeadm init upload-config: failed, as the fault has it")
    bench.revive()
    #expect(try await initialize(bench) == .changed)
    #expect(bench.told.contains("kubeadm reset: what an earlier try left behind goes away first"))
  }

  @Test func itHasNoEnd() async throws {
    let bench = EffectBench(try KubeBench.bare())
    try bench.fault("phase:kubeadm init wait-control-plane=hang")
    #expect(
      await complaint { _ = try await initialize(bench) }
        == "kubeadm init had no end after 600 s and was stopped; `journalctl -u kubelet -e` and `crictl ps -a` say what it waited for; a slow machine needs a longer timeout"
    )
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  // MARK: Undo

  @Test func whatResetLeavesGoesAndWhatWasThereStays() async throws {
    let foreign = #"""
        ipv4: |
          *filter
          :INPUT ACCEPT [0:0]
          :FORWARD ACCEPT [0:0]
          :OUTPUT ACCEPT [0:0]
          -A INPUT -p tcp -j ACCEPT
          COMMIT
      """#
    let bench = EffectBench(
      try KubeBench.bare(
        files: #"  /etc/cni/net.d/99-own.conf: '{"type": "bridge"}'"#, more: "firewall:\n" + foreign))
    _ = try await initialize(bench)
    try bench.host.makeDirectory("/run/flannel", mode: 0o755)
    try bench.put("/etc/cni/net.d/10-flannel.conflist", #"{"plugins": [{"type": "flannel"}]}"#)
    try bench.put("/run/flannel/subnet.env", "FLANNEL_NETWORK=10.244.0.0/16\n")
    await bench.host.pause(seconds: 60)
    let pods = try await bench.ask(KubeList.self, ["kind": "Pod"]).array ?? []
    #expect(pods.contains { $0["status", "phase"] == "Running" })
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
    let rules = try await bench.host.run(Command(["iptables-save"]))
    #expect(!String(decoding: rules.output, as: UTF8.self).contains("KUBE-"))
  }

  @Test func anotherHandsClusterStays() async throws {
    let bench = EffectBench(try KubeBench.bare())
    _ = try await initialize(bench)
    try bench.put("/etc/kubernetes/pki/ca.crt", "another authority")
    #expect(try await bench.undo() == ["another hand changed it since: it is left as it is"])
    #expect(try bench.host.status("/etc/kubernetes/admin.conf") != nil)
  }

  // MARK: Refusals

  @Test func halfAClusterOfAnotherHandIsLeftAlone() async throws {
    let start = EffectBench(try KubeBench.bare())
    try start.fault("phase:kubeadm init control-plane=kill")
    _ = try? await start.host.run(Command(["kubeadm", "init", "--pod-network-cidr=10.244.0.0/16"]))
    let bench = EffectBench(start.host.machine)
    let text = await complaint { _ = try await initialize(bench) }
    #expect(text.hasPrefix("this machine is a node of another cluster") || text.hasPrefix("a cluster is there that is"))
    #expect(text.hasSuffix(reset))
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func aClusterThatIsNotWhole() async throws {
    let bench = try await KubeBench.bench()
    try await bench.kubectl("delete daemonset kube-proxy -n kube-system")
    let text = await complaint { _ = try await initialize(bench) }
    #expect(text.hasPrefix("a cluster is there that is not whole, and that this run did not begin: there is /etc/"))
    #expect(text.hasSuffix(", but not DaemonSet kube-system/kube-proxy; mend it, or start anew: \(reset)"), "\(text)")
  }

  @Test func aClusterWithAnotherNetwork() async throws {
    let bench = try await KubeBench.bench()
    #expect(
      await complaint { _ = try await initialize(bench, ["pod_network": "10.99.0.0/16"]) }
        == "a cluster is there whose pods have the subnet 10.244.0.0/16, not 10.99.0.0/16; kubeadm cannot change it: ask for 10.244.0.0/16, or start anew: \(reset)"
    )
  }

  @Test func aNodeOfAnotherCluster() async throws {
    let bench = EffectBench(try KubeBench.bare(files: "  /etc/kubernetes/kubelet.conf: x"))
    #expect(
      await complaint { _ = try await initialize(bench) }
        == "this machine is a node of another cluster (/etc/kubernetes/kubelet.conf is there, but no control plane); \(reset)"
    )
    #expect(try bench.text("/etc/kubernetes/kubelet.conf") == "x")
  }

  @Test(arguments: [
    ("swap: [{path: /swap.img, size: 8GiB}]", "[ERROR Swap]: ", "switch swap off: swap.off"),
    ("units: {containerd.service: {state: inactive}}", "[ERROR CRI]: ", "is containerd running, and is cri missing"),
    (
      "kubernetes: {missing_images: [\"k8s.gcr.io/etcd*\"]}", "[ERROR ImagePull]: ",
      "image_repository, or imageRepository in config, names a mirror"
    ),
  ])
  func preflight(more: String, error: String, hint: String) async throws {
    let bench = EffectBench(try KubeBench.bare(more: more))
    let text = await complaint { _ = try await initialize(bench) }
    #expect(text.hasPrefix("kubeadm init refuses this machine: \(error)"))
    #expect(text.contains("; ") && text.contains(hint), "\(text)")
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func whatMayFailIsSaid() async throws {
    let bench = EffectBench(try KubeBench.bare(more: "swap: [{path: /swap.img, size: 8GiB}]"))
    let text = await complaint {
      _ = try await initialize(bench, ["pod_network": "10.244.0.0/16", "ignore_preflight": ["Swap"]])
    }
    #expect(text.contains("`journalctl -u kubelet -e`"), "the kubelet does not start with swap on: \(text)")
    let none = try EffectBench(yaml: "")
    #expect(
      await complaint { _ = try await initialize(none) }
        == "kubeadm is not installed on this machine; install it first: apt.install { \"kubeadm\" }")
  }

  @Test func aConfigurationFile() async throws {
    let bench = EffectBench(try KubeBench.bare("1.31.0"))
    try bench.put(
      "/root/kubeadm.yaml",
      "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking: {podSubnet: 10.99.0.0/16}\n")
    #expect(try await initialize(bench, ["config": "/root/kubeadm.yaml"]) == .changed)
    #expect(
      try await EffectBench(bench.host.machine).perform(KubeadmInit.self, ["pod_network": "10.99.0.0/16"]) == .held)
  }

  @Test func argumentsAreChecked() {
    #expect(
      complaint(of: KubeadmInit.self, [:])
        == #"kubeadm.init: give pod_network = "10.244.0.0/16", config = "/path", or both"#)
    #expect(complaint(of: KubeadmInit.self, ["pod_network": "10.244.0.0/16", "config": "/x"]) == "")
    for network in ["10.244.0.0", "10.244.0.0/33", "10.244.0/16", "a/16", "10.244.0.0/16,", "-x/1", "10.244.0.0/0", ""]
    {
      #expect(
        complaint(of: KubeadmInit.self, ["pod_network": .string(network)]).contains("argument 'pod_network': expected"),
        "\(network)")
    }
    #expect(complaint(of: KubeadmInit.self, ["pod_network": "10.244.0.0/16,fd00:1::/48"]) == "")
    #expect(complaint(of: KubeadmInit.self, ["config": "/x", "version": "1.24.0"]).contains("argument 'config'"))
    for (name, text) in [("cri_socket", "--x"), ("version", "1 2"), ("image_repository", "")] {
      let call: Value = .map(["pod_network": "10.244.0.0/16", name: .string(text)])
      #expect(complaint(of: KubeadmInit.self, call).contains("argument '\(name)': unfit: "))
    }
  }
}
