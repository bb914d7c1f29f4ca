import MachineModel
import Testing
import Values

@testable import Engine

/// Each version of Kubernetes gets its own; what does not go together is refused before anything is touched, and says what to
/// do.
@Suite struct VersionTests {
  private static let minors = 20...37

  @Test(
    arguments: [
      (["kubernetes": "1.24"], "kubernetes = \"1.24\": expected a whole version such as 1.24.0"),
      (["kubernetes": "2.0.0"], "kubernetes = \"2.0.0\": expected a whole version such as 1.24.0"),
      (["kubernetes": "1.19.4"], "Kubernetes 1.19.4 is older than 1.20, the oldest that this runbook knows"),
      (
        ["kubernetes": "1.23.17"],
        "there is no public package repository of Kubernetes 1.23.17 any more (apt.kubernetes.io is gone, pkgs.k8s.io begins "
          + "with 1.24): give the address of a mirror in kubernetes_repository"
      ),
      (
        ["kubernetes": "1.25.0", "flannel": "v0.13.1-rc1"],
        "flannel v0.13.1-rc1 does not go with Kubernetes 1.25.0: its manifest has a PodSecurityPolicy (policy/v1beta1), which "
          + "Kubernetes 1.25 removed; give flannel = v0.19.0 or later"
      ),
      (
        ["kubernetes": "1.37.0", "flannel": "v0.18.1"],
        "flannel v0.18.1 does not go with Kubernetes 1.37.0: its manifest has a PodSecurityPolicy (policy/v1beta1), which "
          + "Kubernetes 1.25 removed; give flannel = v0.19.0 or later"
      ),
      (
        ["kubernetes": "1.24.0", "flannel": "v0.12.0"],
        "flannel v0.12.0 does not go with Kubernetes 1.24.0: its manifest has roles of rbac.authorization.k8s.io/v1beta1, "
          + "which Kubernetes 1.22 removed; give flannel = v0.13.0 or later"
      ),
      (
        ["kubernetes": "1.20.2", "flannel": "v0.11.0"],
        "flannel v0.11.0 does not go with Kubernetes 1.20.2: its manifest has DaemonSets of extensions/v1beta1, which "
          + "Kubernetes 1.16 removed; give flannel = v0.12.0 or later"
      ),
    ] as [([String: Value], String)])
  func whatDoesNotGoTogetherIsRefusedBeforeAnythingIsTouched(given: [String: Value], text: String) async throws {
    let bench = try Bench("")
    bench.scripts = try CrashTests.shipped()
    let error = await bench.run(given).error
    guard case RunError.wrong(let message)? = error else { throw Unexpected(error) }
    #expect(message.contains(text), "\(message)")
    #expect(bench.history.stepNames.isEmpty && bench.model.operations == 0)
  }

  // MARK: What is decided

  /// What versions get, by a runbook that only asks the modules.
  private static func facts(_ versions: [String]) async throws -> [Value] {
    let list = versions.map { "'\($0)'" }.joined(separator: ", ")
    let bench = try Bench(
      Bench.header + """
        local versions, flannel = require "vsr.versions", require "vsr.flannel"
        step("s", function()
          local all = {}
          for number, text in ipairs { \(list) } do
            all[number] = versions.of(text)
            all[number].flannel = flannel.version(all[number], "")
          end
          return all
        end)
        """)
    bench.scripts = ScriptSet(
      bench.scripts.files + (try CrashTests.shipped().files.filter { $0.name.hasPrefix("stdlib/") }))
    if let error = await bench.run().error { throw error }
    return try #require(bench.history.steps["s"]?.value.array)
  }

  private static func row(_ facts: Value) -> String {
    let repository = facts["repository"]?.string == nil ? "mirror" : "public"
    let socket = facts["cri_socket"]?.string?.hasPrefix("unix:///run/") == true ? "unix://" : "path"
    let taints = (facts["taints"]?.array ?? []).compactMap { $0.string?.split(separator: "/").last }
    let label = facts["architecture_label"]?.string?.hasPrefix("beta.") == true ? "beta" : "stable"
    return [
      "1.\(facts["minor"]?.integer ?? 0)", repository,
      facts["has_kubelet_flags"]?.boolean == true ? "flags" : "fields",
      facts["has_pod_security_policy"]?.boolean == true ? "policy" : "label", taints.joined(separator: "+"), socket,
      String(facts["kubeadm_api"]?.string?.split(separator: "/").last ?? ""),
      facts["dns_images"]?.string == nil ? "default" : "told", facts["pause"]?.string ?? "", label,
      facts["refuses_cgroup_v1"]?.integer == nil ? "v1+v2" : "v2", facts["flannel"]?.string ?? "",
    ].joined(separator: " ")
  }

  @Test func eachVersionGetsItsOwn() async throws {
    // packages, settings of the kubelet, admission of pods, taints, socket, kubeadm's configuration, where coredns is,
    // image of a sandbox, label of the processor, cgroups, flannel
    let table = """
      1.20 mirror flags  policy master               path    v1beta2 default 3.2    beta   v1+v2 v0.13.1-rc1
      1.21 mirror flags  policy master               path    v1beta2 told    3.4.1  beta   v1+v2 v0.13.1-rc1
      1.22 mirror flags  policy master               path    v1beta3 told    3.5    beta   v1+v2 v0.13.1-rc1
      1.23 mirror flags  policy master               path    v1beta3 told    3.6    beta   v1+v2 v0.13.1-rc1
      1.24 public flags  policy master+control-plane unix:// v1beta3 told    3.7    beta   v1+v2 v0.13.1-rc1
      1.25 public fields label  control-plane        unix:// v1beta3 default 3.8    stable v1+v2 v0.22.3
      1.26 public fields label  control-plane        unix:// v1beta3 default 3.9    stable v1+v2 v0.22.3
      1.27 public fields label  control-plane        unix:// v1beta3 default 3.9    stable v1+v2 v0.22.3
      1.28 public fields label  control-plane        unix:// v1beta3 default 3.9    stable v1+v2 v0.22.3
      1.29 public fields label  control-plane        unix:// v1beta3 default 3.9    stable v1+v2 v0.22.3
      1.30 public fields label  control-plane        unix:// v1beta3 default 3.9    stable v1+v2 v0.22.3
      1.31 public fields label  control-plane        unix:// v1beta4 default 3.10   stable v1+v2 v0.22.3
      1.32 public fields label  control-plane        unix:// v1beta4 default 3.10   stable v1+v2 v0.22.3
      1.33 public fields label  control-plane        unix:// v1beta4 default 3.10   stable v1+v2 v0.22.3
      1.34 public fields label  control-plane        unix:// v1beta4 default 3.10.1 stable v1+v2 v0.22.3
      1.35 public fields label  control-plane        unix:// v1beta4 default 3.10.1 stable v2    v0.22.3
      1.36 public fields label  control-plane        unix:// v1beta4 default 3.10.2 stable v2    v0.22.3
      1.37 public fields label  control-plane        unix:// v1beta4 default 3.10.2 stable v2    v0.22.3
      """
    let rows = try await Self.facts(Self.minors.map { "1.\($0).3" }).map(Self.row)
    let expected = table.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(rows == expected)
  }

  @Test func theRepositoryIsTheMinorVersionsOwn() async throws {
    let facts = try await Self.facts(["1.37.0", "1.38.2"])
    #expect(
      facts.map { $0["repository"]?.string }
        == [37, 38].map { "https://pkgs.k8s.io/core:/stable:/v1.\($0)/deb/" })
    #expect(facts.map { $0["packages"] } == ["1.37.0-*", "1.38.2-*"])
    #expect(facts.map { $0["newest"]?.integer } == [nil, 37])
  }

  /// Those took the longer name of coredns' image for every registry.
  @Test func theFirstReleasesOfAMinorVersionCanDiffer() async throws {
    let facts = try await Self.facts(["1.21.1", "1.21.2"])
    #expect(facts.map { $0["dns_images"]?.string } == [nil, "registry.k8s.io/coredns"])
  }

  // MARK: Whole installs

  /// The reference machine, in whose network is what an install of a version fetches.
  private static func machine(_ minor: Int) throws -> Machine {
    var text = String(decoding: try Example.reference().save(), as: UTF8.self)
    switch minor {
    case ..<24:
      let offers = ["kubeadm", "kubectl", "kubelet"].map { "      \($0): [1.\(minor).1-00, 1.\(minor).0-00]\n" }
        .joined()
      text += """
        packages:
          available:
            https://mirror.example/kubernetes/ kubernetes-xenial:
        \(offers)      cri-tools: [1.19.0-00]
              kubernetes-cni: [0.8.7-00]

        """
    case 24: break
    default:
      text = text.replacing("v1.24/deb/Release.key", with: "v1.\(minor)/deb/Release.key")
        .replacing("flannel/v0.13.1-rc1/Documentation", with: "flannel/v0.22.3/Documentation")
      // flannel's manifest of today has no policy.
      let policy = try #require(text.firstRange(of: "      apiVersion: policy/v1beta1\n"))
      let end = try #require(text[policy.upperBound...].firstRange(of: "      ---\n"))
      text.removeSubrange(policy.lowerBound..<end.upperBound)
    }
    if minor >= 35 {
      text = text.replacing(
        "cmdline: intel_iommu=on iommu=pt", with: "cmdline: intel_iommu=on iommu=pt systemd.unified_cgroup_hierarchy=1")
    }
    return try Machine.load(Array(text.utf8), file: "1.\(minor).yaml")
  }

  private static func given(_ minor: Int) -> [String: Value] {
    var given: [String: Value] = ["kubernetes": .string("1.\(minor).1")]
    if minor < 24 {
      given["kubernetes_repository"] = "https://mirror.example/kubernetes kubernetes-xenial main"
      given["kubernetes_key"] = "https://pkgs.k8s.io/core:/stable:/v1.24/deb/Release.key"
    }
    return given
  }

  /// Up to the Ready pod; a second run changes nothing, and a rollback brings back the machine that was.
  @Test(arguments: minors) func everyVersionIsInstalledWhole(minor: Int) async throws {
    let start = try Self.machine(minor)
    let bench = try Bench("", machine: start)
    bench.scripts = try CrashTests.shipped()
    let error = await bench.run(Self.given(minor)).error
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(bench.history.steps["pod-ready"]?.isCompleted == true)
    let again = try Bench("", machine: bench.machine)
    again.scripts = bench.scripts
    #expect(await again.run(Self.given(minor)).error == nil)
    #expect(again.history.counts.changed == 0)
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: start).isEmpty)
  }

  /// kubeadm has no flag for it.
  @Test func aSlowControlPlaneIsGivenItsTimeByKubeadmsConfiguration() async throws {
    let bench = try Bench("", machine: Example.reference())
    bench.scripts = try CrashTests.shipped()
    bench.configure = { $0.until = "cluster" }
    #expect(await bench.run(["control_plane_timeout": .integer(900)]).error == nil)
    let text = try #require(try bench.model.text("/etc/kubernetes/vsr-kubeadm.yaml"))
    #expect(text.contains("apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n"))
    #expect(text.hasSuffix("apiServer:\n  timeoutForControlPlane: 900s"))
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  /// While kubeadm's own registry is k8s.gcr.io, it does not find coredns in registry.k8s.io; a mirror has it where kubeadm
  /// looks.
  @Test func corednsIsFoundInThePublicRegistry() async throws {
    let bench = try Bench("", machine: Example.reference())
    bench.scripts = try CrashTests.shipped()
    bench.configure = { $0.until = "cluster" }
    #expect(await bench.run().error == nil)
    let text = try #require(try bench.model.text("/etc/kubernetes/vsr-kubeadm.yaml"))
    #expect(
      text.contains("imageRepository: registry.k8s.io\ndns:\n  imageRepository: registry.k8s.io/coredns\nnetworking:"))
    let mirrored = try Bench("", machine: Example.reference())
    mirrored.scripts = bench.scripts
    mirrored.configure = bench.configure
    #expect(await mirrored.run(["kubernetes_images": "mirror.example/k8s"]).error == nil)
    #expect(try mirrored.model.text("/etc/kubernetes/vsr-kubeadm.yaml") == nil)
    let sandbox = try #require(try mirrored.model.text("/etc/containerd/config.toml"))
    #expect(sandbox.contains("sandbox_image = \"mirror.example/k8s/pause:3.7\""))
  }

  @Test func aNewerVersionIsTriedAndSaidToBeSo() async throws {
    let bench = try Bench("", machine: Self.machine(36))
    bench.scripts = try CrashTests.shipped()
    bench.configure = { $0.until = "compatibility" }
    #expect(await bench.run(["kubernetes": "1.38.0"]).error == nil)
    #expect(bench.notes.count == 2 && bench.notes[0].contains("does not say which cgroup manager it has"))
    #expect(bench.notes[1] == "Kubernetes 1.38.0 is newer than 1.37, the newest that this runbook was made for")
  }
}
