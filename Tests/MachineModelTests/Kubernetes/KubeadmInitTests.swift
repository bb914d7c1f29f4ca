import Host
import Testing
import Values

@testable import MachineModel

/// `kubeadm init`: what it looks at, what it makes, and what a half-made machine is.
struct KubeadmInitTests {
  @Test(arguments: ["1.20.2-00", "1.24.0-00", "1.30.1-1.1"])
  func theNodeIsRegisteredAndWaitsForItsNetwork(_ version: String) async throws {
    let bench = try await ClusterBench.initialized(version)
    let node = try #require(try await bench.get("nodes").first)
    #expect(node.name == "node-1")
    #expect(!node.isTrue("Ready"))
    #expect(node.condition("Ready")?.text("message")?.hasSuffix("cni plugin not initialized") == true)
    #expect(try await bench.kubectl("get --raw=/readyz").output == Array("ok".utf8))
    #expect(try await bench.get("pods -n kube-system -l component=kube-apiserver").count == 1)
    #expect(try await bench.pods("kube-proxy", namespace: "kube-system") == ["ContainerCreating"])
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("kube-proxy", namespace: "kube-system") == ["Running"])
    #expect(
      try await bench.pods("coredns", namespace: "kube-system").allSatisfy { $0.contains("0/1 nodes are available: ") })
  }

  @Test(arguments: [
    ("1.23.0-00", ["master"]), ("1.24.0-00", ["master", "control-plane"]), ("1.25.0-00", ["control-plane"]),
  ])
  func taintsFollowTheVersion(_ version: String, _ taints: [String]) async throws {
    let bench = try await ClusterBench.initialized(version)
    let node = try #require(try await bench.get("nodes").first)
    let keys = node.elements("spec", "taints").compactMap { $0.text("key") }
    #expect(keys.filter { $0.hasPrefix("node-role") } == taints.map { "node-role.kubernetes.io/\($0)" })
    #expect((node.label("node-role.kubernetes.io/master") != nil) == (version == "1.23.0-00"))
    #expect(node.label("node-role.kubernetes.io/control-plane") == "")
  }

  @Test func filesAndObjectsAreThere() async throws {
    let bench = try await ClusterBench.initialized()
    #expect(try bench.text("/etc/kubernetes/admin.conf")?.contains("server: https://192.0.2.10:6443") == true)
    #expect(try bench.host.status("/etc/kubernetes/admin.conf")?.mode == 0o600)
    for path in ["pki/ca.crt", "pki/etcd/server.key", "kubelet.conf", "manifests/etcd.yaml"] {
      #expect(try bench.host.status("/etc/kubernetes/\(path)") != nil)
    }
    #expect(
      try bench.text("/var/lib/kubelet/kubeadm-flags.env")?.contains(
        "--container-runtime-endpoint=unix:///run/containerd/containerd.sock") == true)
    #expect(try bench.text("/var/lib/kubelet/config.yaml")?.contains("cgroupDriver: systemd") == true)
    #expect(try await bench.host.unit("kubelet.service").activeState == "active")
    let map = try #require(try await bench.get("configmap kubeadm-config -n kube-system").first)
    #expect(map.text("data", "ClusterConfiguration")?.contains("podSubnet: 10.244.0.0/16") == true)
    #expect(try await bench.get("deployment coredns -n kube-system").count == 1)
    #expect(try await bench.get("cm kubelet-config -n kube-system").count == 1)
  }

  @Test func theConfigurationFileCountsAsTheFlagsDo() async throws {
    let bench = try ClusterBench("1.31.0-1.1")
    try bench.host.put(
      "/root/kubeadm.yaml",
      """
      apiVersion: kubeadm.k8s.io/v1beta4
      kind: ClusterConfiguration
      kubernetesVersion: v1.31.0
      imageRepository: mirror.example/k8s
      networking: {podSubnet: 10.99.0.0/16}
      ---
      apiVersion: kubelet.config.k8s.io/v1beta1
      kind: KubeletConfiguration
      allowedUnsafeSysctls: ["net.*"]
      cpuManagerPolicy: static
      reservedSystemCPUs: 0-3
      """)
    let result = try await bench.host.run("kubeadm", "init", "--config", "/root/kubeadm.yaml")
    #expect(result.succeeded, "\(result.complaint)")
    #expect(bench.cluster?.podNetwork == "10.99.0.0/16")
    #expect(try bench.text("/etc/kubernetes/manifests/etcd.yaml")?.contains("image: mirror.example/k8s/etcd:") == true)
    #expect(bench.host.machine.kubernetes.kubelet?.allowedSysctls == ["net.*"])
    #expect(try await bench.get("nodes").first?.text("status", "allocatable", "cpu") == "28")
    let old = try ClusterBench("1.27.0-1.1")
    try old.host.put("/k.yaml", "apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\n")
    #expect(try await old.host.run("kubeadm", "init", "--config=/k.yaml").complaint.contains("uses an old API spec"))
  }

  @Test(
    arguments: [
      (
        "swap: [{path: /swap.img, size: 8GiB}]",
        "[ERROR Swap]: running with swap on is not supported. Please disable swap"
      ),
      ("units: {containerd.service: {state: inactive}}", "[ERROR CRI]: container runtime is not running"),
      (
        "kubernetes: {missing_images: [\"k8s.gcr.io/etcd*\"]}",
        "[ERROR ImagePull]: failed to pull image k8s.gcr.io/etcd:"
      ),
    ])
  func preflightRefuses(_ more: String, _ text: String) async throws {
    let bench = try ClusterBench(more: more)
    let result = try await bench.initialize()
    #expect(result.status == 1)
    #expect(String(decoding: result.errorOutput, as: UTF8.self).contains("\t" + text))
    #expect(try bench.host.status("/etc/kubernetes/pki") == nil)
  }

  @Test func preflightWantsBridgesAndForwarding() async throws {
    let bench = try ClusterBench()
    try await bench.host.write("/proc/sys/net/ipv4/ip_forward", "0")
    _ = try await bench.host.run("modprobe", "-r", "br_netfilter")
    let text = String(decoding: try await bench.initialize().errorOutput, as: UTF8.self)
    #expect(
      text.contains(
        "[ERROR FileContent--proc-sys-net-ipv4-ip_forward]: /proc/sys/net/ipv4/ip_forward contents are not set to 1"))
    #expect(text.contains("/proc/sys/net/bridge/bridge-nf-call-iptables does not exist"))
    let ignored = try await bench.initialize(
      "--ignore-preflight-errors=FileContent--proc-sys-net-ipv4-ip_forward,FileContent--proc-sys-net-bridge-bridge-nf-call-iptables"
    )
    #expect(ignored.succeeded)
  }

  @Test(arguments: InitPhase.allCases)
  func aHalfMadeMachineRefusesTheNextInitUntilItIsReset(_ phase: InitPhase) async throws {
    var kept: Machine?
    let host = ModelHost(
      try Machine(yaml: ClusterBench.yaml("1.24.0-00")),
      faults: [try Fault("phase:kubeadm init \(phase.rawValue)=kill-after")]
    ) { kept = $0 }
    let words = ["kubeadm", "init", "--pod-network-cidr=10.244.0.0/16", "--cri-socket", Cluster.ordinarySocket]
    await #expect(throws: HostError.self) { try await host.run(Command(words)) }
    let bench = ClusterBench(try #require(kept))
    let again = try await bench.host.run(Command(words))
    switch phase {
    case .preflight, .certs, .kubeconfig:
      #expect(again.succeeded, "kubeadm takes what is there of these: \(again.complaint)")
    default:
      let text = String(decoding: again.errorOutput, as: UTF8.self)
      #expect(again.status == 1)
      #expect(text.contains("Port 10250 is in use"))
      if phase == .etcd || phase == .controlPlane { #expect(text.contains("manifests-kube-apiserver.yaml]: ")) }
      if phase == .addon { #expect(text.contains("/var/lib/etcd is not empty")) }
    }
    #expect(try await bench.host.run("kubeadm", "reset", "-f").succeeded)
    let fresh = try await bench.host.run(Command(words))
    #expect(fresh.succeeded, "\(fresh.complaint)")
  }

  @Test func aKubeletThatDoesNotStartIsWaitedForInVain() async throws {
    let bench = try ClusterBench()
    try bench.host.put(
      "/etc/systemd/system/kubelet.service.d/20-vsr.conf",
      "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --cpu-manager-policy=static\n"
    )
    try await bench.host.reloadUnits()
    let began = bench.host.now
    let result = try await bench.initialize()
    #expect(result.status == 1)
    #expect(String(decoding: result.errorOutput, as: UTF8.self).contains("The kubelet is not running"))
    #expect(bench.host.now - began >= 240_000_000)
    #expect(try await bench.host.unit("kubelet.service").subState == "auto-restart")
  }

  @Test func resetTakesAwayWhatKubeadmMadeAndLeavesTheRest() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    #expect(try await bench.host.run("kubeadm", "reset", "-f").succeeded)
    #expect(bench.cluster == nil)
    for path in ["admin.conf", "kubelet.conf", "manifests/etcd.yaml", "pki/ca.crt"] {
      #expect(try bench.host.status("/etc/kubernetes/\(path)") == nil)
    }
    #expect(try bench.host.list("/etc/kubernetes") == ["manifests", "pki"])
    #expect(try bench.host.status("/etc/kubernetes/manifests")?.mode == 0o700)
    #expect(try bench.host.list("/var/lib/etcd") == [])
    #expect(try await bench.host.unit("kubelet.service").activeState == "inactive")
    // Left behind.
    #expect(try bench.host.status("/etc/cni/net.d/10-flannel.conflist") != nil)
    #expect(try await bench.host.run("iptables-save").complaint.isEmpty == false)
    #expect(bench.host.machine.links["flannel.1"] != nil)
    #expect(
      try await bench.kubectl("get nodes -o json").complaint
        == "error: stat /etc/kubernetes/admin.conf: no such file or directory")
  }

  /// Without the manifest, the next reset does not know where etcd's data is.
  @Test func aResetThatIsCutShortLeavesEtcdsDataForGood() async throws {
    let killed = try await ClusterBench.initialized()
    killed.host.faults = [try Fault("run:kubeadm reset*=kill-during")]
    await #expect(throws: HostError.self) { try await killed.host.run("kubeadm", "reset", "-f") }
    let bench = ClusterBench(killed.host.machine)
    #expect(try bench.host.list("/etc/kubernetes/manifests") == [])
    #expect(try await bench.host.run("kubeadm", "reset", "-f").succeeded)
    #expect(try bench.host.list("/var/lib/etcd") == ["member"])
    let text = String(decoding: try await bench.initialize().errorOutput, as: UTF8.self)
    #expect(text.contains("[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty"))
  }

  @Test func versionsAreTold() async throws {
    let bench = try await ClusterBench.initialized()
    #expect(try await bench.host.run("kubeadm", "version", "-o", "short").output == Array("v1.24.0\n".utf8))
    let answer = try Value(json: try await bench.kubectl("version -o json").output)
    #expect(answer.text("serverVersion", "gitVersion") == "v1.24.0")
  }
}
