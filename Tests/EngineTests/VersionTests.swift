import MachineModel
import Testing
import Values

@testable import Engine

/// What versions do not go together is refused before anything is touched, and says what to do.
@Suite struct VersionTests {
  @Test(
    arguments: [
      (["kubernetes": "1.24"], "expected a whole version such as 1.24.0"),
      (["kubernetes": "2.0.0"], "expected a whole version"),
      (["kubernetes": "1.19.4"], "is older than 1.20"),
      (["kubernetes": "1.23.17"], "give the address of a mirror in kubernetes_repository"),
      (["kubernetes": "1.25.0", "flannel": "v0.13.1-rc1"], "Kubernetes 1.25 removed; give flannel = v0.19.0 or later"),
      (["kubernetes": "1.31.2", "flannel": "v0.18.1"], "PodSecurityPolicy (policy/v1beta1)"),
    ] as [([String: Value], String)])
  func whatDoesNotGoTogetherIsRefusedBeforeAnythingIsTouched(given: [String: Value], text: String) async throws {
    let bench = try Bench("")
    bench.scripts = try CrashTests.shipped()
    let error = await bench.run(given).error
    guard case RunError.wrong(let message)? = error else { throw Unexpected(error) }
    #expect(message.contains(text), "\(message)")
    #expect(bench.history.stepNames.isEmpty && bench.model.operations == 0)
  }

  /// What a version is to get, by a runbook that only asks the module.
  private static func policy(_ version: String) async throws -> Value {
    let bench = try Bench(
      Bench.header + "local v = require('vsr.versions').of('\(version)')\nstep('s', function() return v end)")
    bench.scripts = ScriptSet(
      bench.scripts.files + (try CrashTests.shipped().files.filter { $0.name.hasPrefix("stdlib/") }))
    if let error = await bench.run().error { throw error }
    return try #require(bench.history.steps["s"]?.value)
  }

  @Test(arguments: [
    ("1.23.17", "/run/containerd/containerd.sock", true, ["master"], "beta.kubernetes.io/arch"),
    ("1.24.0", "unix:///run/containerd/containerd.sock", true, ["master", "control-plane"], "beta.kubernetes.io/arch"),
    ("1.25.0", "unix:///run/containerd/containerd.sock", false, ["control-plane"], "kubernetes.io/arch"),
    ("1.35.2", "unix:///run/containerd/containerd.sock", false, ["control-plane"], "kubernetes.io/arch"),
  ])
  func eachVersionGetsItsOwn(version: String, socket: String, policy: Bool, taints: [String], label: String)
    async throws
  {
    let facts = try await Self.policy(version)
    #expect(facts["cri_socket"]?.string == socket)
    #expect(facts["has_pod_security_policy"] == .boolean(policy))
    #expect(facts["taints"]?.array?.compactMap(\.string) == taints.map { "node-role.kubernetes.io/\($0)" })
    #expect(facts["architecture_label"]?.string == label)
  }

  /// kubeadm has no flag for it.
  @Test func aSlowControlPlaneIsGivenItsTimeByKubeadmsConfiguration() async throws {
    let bench = try Bench("", machine: Example.reference())
    bench.scripts = try CrashTests.shipped()
    #expect(await bench.run(["control_plane_timeout": .integer(900)]).error == nil)
    let text = try #require(try bench.model.text("/etc/kubernetes/vsr-kubeadm.yaml"))
    #expect(text.contains("apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\n"))
    #expect(text.hasSuffix("apiServer:\n  timeoutForControlPlane: 900s"))
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  /// The reference machine, with the key of another version's repository and flannel's manifest of today, without a policy.
  private static func machine(minor: Int) throws -> Machine {
    var text = String(decoding: try Example.reference().save(), as: UTF8.self)
      .replacing("v1.24/deb/Release.key", with: "v1.\(minor)/deb/Release.key")
      .replacing("flannel/v0.13.1-rc1/Documentation", with: "flannel/v0.22.3/Documentation")
    let policy = try #require(text.firstRange(of: "      apiVersion: policy/v1beta1\n"))
    let end = try #require(text[policy.upperBound...].firstRange(of: "      ---\n"))
    text.removeSubrange(policy.lowerBound..<end.upperBound)
    return try Machine.load(Array(text.utf8), file: "newer.yaml")
  }

  /// Up to the Ready pod, by kubeadm's configuration instead of the kubelet's flags; a second run changes nothing.
  @Test(arguments: [25, 30, 35]) func aNewerVersionIsInstalledWhole(minor: Int) async throws {
    let bench = try Bench("", machine: Self.machine(minor: minor))
    bench.scripts = try CrashTests.shipped()
    let given: [String: Value] = ["kubernetes": .string("1.\(minor).1")]
    let error = await bench.run(given).error
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(bench.history.steps["pod-ready"]?.isCompleted == true)
    let again = try Bench("", machine: bench.machine)
    again.scripts = bench.scripts
    #expect(await again.run(given).error == nil)
    #expect(again.history.counts.changed == 0)
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: try Self.machine(minor: minor)).isEmpty)
  }
}
