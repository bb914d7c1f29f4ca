import MachineModel
import Testing
import Values

@testable import Engine

/// What this machine has, and a version of Kubernetes: looked at before anything is touched.
@Suite struct CompatibilityTests {
  private static func bench(_ name: String, _ changes: (String, String)...) throws -> Bench {
    let bench = try Bench("", machine: Example.machine(name, changes))
    bench.scripts = try CrashTests.shipped()
    return bench
  }

  private static func refusal(_ bench: Bench, _ given: [String: Value]) async throws -> String {
    let error = "\(try #require(await bench.run(given).error))"
    #expect(bench.history.stepNames == ["compatibility"] && bench.history.counts.changed == 0)
    return error
  }

  private static let unified = ("cmdline: intel_iommu=on", "cmdline: systemd.unified_cgroup_hierarchy=1 intel_iommu=on")

  // MARK: cgroups

  @Test func cgroupV1IsRefusedByTheReleaseThatDroppedIt() async throws {
    let error = try await Self.refusal(Self.bench("reference"), ["kubernetes": "1.35.0"])
    #expect(
      error.contains(
        "this machine cannot run Kubernetes 1.35.0:\n  this machine has cgroup v1, which the kubelet refuses since Kubernetes "
          + "1.35: start it with systemd.unified_cgroup_hierarchy=1 on the kernel command line (GRUB_CMDLINE_LINUX in "
          + "/etc/default/grub, update-grub, reboot), or give allow_cgroup_v1 = true"), "\(error)")
  }

  @Test(arguments: [("1.34.3", false), ("1.35.0", true)]) func cgroupV1MayStayIfTheSiteSaysSo(
    version: String, allow: Bool
  )
    async throws
  {
    let bench = try Self.bench(
      "reference", ("v1.24/deb/Release.key", "v1.\(version.split(separator: ".")[1])/deb/Release.key"))
    bench.configure = { $0.until = "cluster" }
    let error = await bench.run(["kubernetes": .string(version), "allow_cgroup_v1": .boolean(allow)]).error
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    let text = try #require(try bench.model.text("/etc/kubernetes/vsr-kubeadm.yaml"))
    #expect(text.contains("failCgroupV1: false") == allow)
    let arguments = bench.log.entries.last { $0["primitive"] == "kubeadm.init" }?["arguments"]
    #expect(arguments?["ignore_preflight"]?.array == (allow ? ["SystemVerification"] : []))
  }

  @Test func nothingIsToldToAKubeletOnCgroupV2() async throws {
    let bench = try Self.bench("reference", Self.unified, ("v1.24/deb/Release.key", "v1.35/deb/Release.key"))
    bench.configure = { $0.until = "cluster" }
    #expect(await bench.run(["kubernetes": "1.35.0", "allow_cgroup_v1": true]).error == nil)
    #expect(try bench.model.text("/etc/kubernetes/vsr-kubeadm.yaml")?.contains("failCgroupV1") == false)
  }

  // MARK: What is there

  @Test func aClusterOfAnotherMinorVersionIsNotUpgraded() async throws {
    let error = try await Self.refusal(Self.bench("by-hand"), ["kubernetes": "1.25.0"])
    #expect(
      error.contains(
        "a cluster is there, with the kubelet 1.24.0-1.1, and this runbook does not upgrade one to Kubernetes 1.25.0: give "
          + "kubernetes = \"1.24.0\", or upgrade it by kubeadm first"), "\(error)")
    // What an upgrade by kubeadm would leave behind.
    #expect(
      error.contains(
        "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf has the feature gate IPv6DualStack, which Kubernetes 1.25 "
          + "dropped: the kubelet would not start; take it out"), "\(error)")
  }

  @Test(
    arguments: [
      ("--network-plugin=cni", "1.24.0", "the flag --network-plugin, which Kubernetes 1.24 dropped"),
      ("--feature-gates=IPv6DualStack=true", "1.25.0", "the feature gate IPv6DualStack, which Kubernetes 1.25 dropped"),
      ("--container-runtime=remote", "1.27.0", "the flag --container-runtime, which Kubernetes 1.27 dropped"),
      (
        "--pod-infra-container-image=x/pause:3.9", "1.35.0",
        "the flag --pod-infra-container-image, which Kubernetes 1.35 dropped"
      ),
    ])
  func whatAKubeletNoLongerStartsWithIsNamed(argument: String, version: String, text: String) async throws {
    let bench = try Self.bench("reference", Self.unified)
    try bench.model.replace(
      "/etc/default/kubelet", with: Array("KUBELET_EXTRA_ARGS=\(argument)\n".utf8), mode: 0o644, owner: .root)
    let mirror: Value = "https://mirror.example"
    let error = try await Self.refusal(bench, ["kubernetes": .string(version), "kubernetes_repository": mirror])
    #expect(
      error.contains("/etc/default/kubelet has \(text): the kubelet would not start; take it out"), "\(error)")
    let minor = try #require(Int(version.split(separator: ".")[1]))
    let former = try Bench("", machine: bench.machine)
    former.scripts = bench.scripts
    former.configure = { $0.until = "compatibility" }
    let given: [String: Value] = ["kubernetes": .string("1.\(minor - 1).0"), "kubernetes_repository": mirror]
    #expect(await former.run(given).error == nil)
  }

  @Test func flagsWithALongerNameStay() async throws {
    let bench = try Self.bench("reference", Self.unified)
    let text = "KUBELET_EXTRA_ARGS=--container-runtime-endpoint=unix:///run/containerd/containerd.sock\n"
    try bench.model.replace("/etc/default/kubelet", with: Array(text.utf8), mode: 0o644, owner: .root)
    bench.configure = { $0.until = "compatibility" }
    #expect(await bench.run(["kubernetes": "1.37.0"]).error == nil)
  }

  @Test(arguments: ["containerd", "containerd.io"]) func aContainerdWithoutCRIv1IsRefused(package: String) async throws
  {
    let bench = try Self.bench(
      "docker-settings", ("docker.io: 20.10.7-0ubuntu5~20.04.2", "\(package): 1.5.9-0ubuntu1~20.04.6"))
    let error = try await Self.refusal(bench, ["kubernetes": "1.26.0"])
    #expect(
      error.contains(
        "containerd 1.5.9-0ubuntu1~20.04.6 does not go with Kubernetes 1.26.0, since 1.26 dropped version v1alpha2 of the "
          + "CRI: give this machine containerd 1.6 or later"), "\(error)")
    let former = try Bench("", machine: bench.machine)
    former.scripts = bench.scripts
    former.configure = { $0.until = "compatibility" }
    #expect(await former.run(["kubernetes": "1.25.0"]).error == nil)
  }

  // MARK: What depends on it later

  /// A kubelet does not start with the state of another policy.
  @Test(arguments: ["none", "static"]) func theStateOfAnotherCPUPolicyGoesAway(policy: String) async throws {
    let bench = try Self.bench("reference")
    let path = "/var/lib/kubelet/cpu_manager_state"
    let state = #"{"policyName":"\#(policy)","defaultCpuSet":"","checksum":1353318690}"#
    try bench.model.makeDirectory("/var/lib/kubelet", mode: 0o755)
    try bench.model.replace(path, with: Array(state.utf8), mode: 0o600, owner: .root)
    let start = bench.machine
    bench.configure = { $0.until = "kubelet-restart" }
    #expect(await bench.run().error == nil)
    #expect(try bench.model.text(path) == (policy == "static" ? state : nil))
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: start).isEmpty)
  }

  /// The documented policy admits none of the pod's capabilities.
  @Test(arguments: [false, true]) func whereThePolicyCountsItAdmitsThePod(isOn: Bool) async throws {
    let bench = try Self.bench("by-hand")
    let path = "/etc/kubernetes/manifests/kube-apiserver.yaml"
    let port = "- --secure-port=6443\n"
    let plugins = "- --enable-admission-plugins=NodeRestriction" + (isOn ? ",PodSecurityPolicy" : "")
    let manifest = try #require(try bench.model.text(path)) + "\n"
    #expect(manifest.contains(port))
    try bench.model.replace(
      path, with: Array(manifest.replacing(port, with: "\(port)    \(plugins)\n").utf8), mode: 0o600, owner: .root)
    let error = await bench.run(["login": "me", "replace_secret": true]).error
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    let applied = bench.log.entries.last { $0["step"] == "router" && $0["primitive"] == "kube.apply" }
    let objects = try #require(applied?["arguments"]?["objects"]?.array)
    let container = objects.last?["spec"]?["template"]?["spec"]?["containers"]?.array?.first
    let capabilities = try #require(container?["securityContext"]?["capabilities"]?["add"])
    #expect(objects.first?["kind"] == "PodSecurityPolicy" && capabilities.array?.isEmpty == false)
    let admitted = objects.first?["spec"]?["allowedCapabilities"]
    #expect(isOn ? admitted == capabilities : admitted == nil)
  }

  // MARK: Manifests of others

  @Test func aManifestWithWhatAReleaseDroppedIsRefused() async throws {
    let bench = try Self.bench(
      "reference", ("v1.24/deb/Release.key", "v1.25/deb/Release.key"),
      ("flannel/v0.13.1-rc1/Documentation", "flannel/v0.22.3/Documentation"))
    let error = "\(try #require(await bench.run(["kubernetes": "1.25.0"]).error))"
    #expect(bench.history.stepNames.last == "flannel-manifest")
    #expect(
      error.contains(
        "flannel's manifest has policy/v1beta1, which Kubernetes 1.25 dropped: take a newer version of it for Kubernetes "
          + "1.25.0"), "\(error)")
  }

  /// Later versions have the manifest elsewhere, and put their own program in place by a container of its own.
  @Test func aLaterMultusIsInstalledToo() async throws {
    let bench = try Self.bench(
      "reference", ("revisions: {v3.8: ", "revisions: {v4.0.2: "),
      ("images/multus-daemonset.yml: |", "deployments/multus-daemonset.yml: |"),
      ("                - \"--cni-version=0.3.1\"\n", ""),
      (
        "              volumes:\n              - {name: cni, hostPath: {path: /etc/cni/net.d}}\n",
        """
                      initContainers:
                        - name: install-multus-binary
                          image: ghcr.io/k8snetworkplumbingwg/multus-cni:stable
                          command: [cp, /usr/src/multus-cni/bin/multus, /host/opt/cni/bin/multus]
                          volumeMounts:
                            - {name: cnibin, mountPath: /host/opt/cni/bin}
                      terminationGracePeriodSeconds: 10
                      volumes:
                      - {name: cni, hostPath: {path: /etc/cni/net.d}}

        """
      ))
    let error = await bench.run(["multus": "v4.0.2"]).error
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    let manifest = try #require(
      bench.log.entries.last { $0["step"] == "multus" && $0["primitive"] == "kube.apply" }?["arguments"]?["manifest"]?
        .string)
    #expect(!manifest.contains("install-multus-binary") && manifest.contains("terminationGracePeriodSeconds: 10"))
    #expect(manifest.contains("image: ghcr.io/k8snetworkplumbingwg/multus-cni:v4.0.2"))
  }
}
