import Host
import MachineModel
import Testing
import Values

@testable import Primitives

/// What kubectl's errors are told as, and which of them are waited out.
struct KubectlFailureTests {
  private static let file = "/etc/kubernetes/admin.conf"

  private func failure(_ text: String, secrets: [String] = []) -> KubectlFailure {
    KubectlFailure(CommandResult(status: 1, errorOutput: Array(text.utf8)), Self.file, secrets)
  }

  @Test(
    arguments: [
      ("The connection to the server 1.2.3.4:6443 was refused - did you specify", .refused, true),
      (#"error: unable to recognize "STDIN": Get "https://1.2.3.4/api": connect: connection refused"#, .refused, true),
      ("dial tcp: lookup a: no such host", .unreachable, true), ("net/http: TLS handshake timeout", .noAnswer, true),
      ("Unable to connect to the server: EOF", .cutOff, true),
      ("Error from server (TooManyRequests): x", .busy, true),
      ("Error from server (InternalError): x", .serverError, true),
      ("Error from server: etcdserver: request timed out", .serverError, true),
      ("Error from server (ServiceUnavailable): the server is currently unable", .unavailable, true),
      (
        "Unable to connect to the server: x509: certificate has expired or is not yet valid", .certificateExpired, false
      ),
      ("x509: certificate signed by unknown authority", .unknownAuthority, false),
      ("x509: certificate is valid for 10.96.0.1, not 1.2.3.4", .otherCertificate, false),
      ("error: You must be logged in to the server (Unauthorized)", .unauthorized, false),
      (#"error: unable to recognize "STDIN": Unauthorized"#, .unauthorized, false),
      ("Error from server (Forbidden): nodes is forbidden", .forbidden, false),
      ("error: stat /etc/kubernetes/admin.conf: no such file or directory", .noKubeconfig, false),
      ("The connection to the server localhost:8080 was refused", .emptyKubeconfig, false),
      ("Error: unknown flag: --show-managed-fields\nSee help", .unknownFlag("--show-managed-fields"), false),
      (#"error: unable to recognize "STDIN": no matches for kind "A" in version "b/v1""#, .unknownKind, false),
      ("error: the server doesn't have a resource type \"nodes\"", .halfKnown, true),
      (#"Error from server (NotFound): namespaces "x" not found"#, .noNamespace, false),
      ("the object has been modified; please apply", .modified, false),
      ("error: Apply failed with 1 conflict: conflict with", .fieldConflict, false),
      ("error: timed out waiting for the condition on pods/x", .stillThere, false),
      ("The Deployment \"d\" is invalid: spec.selector: field is immutable", .immutable, false),
      ("admission webhook x does not support dry run", .noDryRun, false), ("something else", .other, false),
    ] as [(String, KubectlFailure.Reason, Bool)])
  func reasons(_ text: String, _ reason: KubectlFailure.Reason, _ passes: Bool) {
    let failure = failure(text)
    #expect(failure.reason == reason)
    #expect(failure.passes == passes)
    #expect((failure.hint == nil) == (reason == .other), "every reason says what to do next")
    #expect(failure.what.contains(failure.complaint) || reason == .noKubeconfig || failure.what.contains("--show"))
  }

  /// Of kubectl 1.20, and of 1.24 on.
  @Test func unknownKindsAreRead() {
    let failure = failure(
      """
      error: unable to recognize "STDIN": no matches for kind "A" in version "b/v1"
      resource mapping not found for name: "n" namespace: "" from "STDIN": no matches for kind "Pod" in version "v1"
      ensure CRDs are installed first
      """)
    #expect(failure.unknownKinds.map(\.kind) == ["A", "Pod"])
    #expect(failure.unknownKinds.map(\.version) == ["b/v1", "v1"])
  }

  @Test func logLinesAreLeftOut() {
    let text = "E1124 18:41:29.695957    5977 memcache.go:265] couldn't get\nError from server: x\n\n"
    #expect(failure(text).complaint == "Error from server: x")
    #expect(failure("Error: E1124 x").complaint == "Error: E1124 x")
    #expect(failure("").complaint == "kubectl ended with status 1")
  }

  @Test func secretsAreSaidNowhere() {
    let error = failure("bad {\"password\":\"hunter2\"}", secrets: ["", "hunter2"]).error()
    #expect(error.description == "bad {\"password\":\"(secret)\"}")
  }

  @Test func anExpiredClientCertificateIsNamed() {
    var failure = failure("error: You must be logged in to the server (Unauthorized)")
    #expect(failure.hint?.contains("`kubeadm init phase kubeconfig admin` makes it anew") == true)
    failure.expired = "2021-01-01"
    #expect(failure.what.hasSuffix(": its certificate expired on 2021-01-01"))
    #expect(failure.hint?.hasPrefix("`kubeadm certs renew admin.conf`") == true)
  }

  // MARK: Patience

  private let call: Value = ["kind": "Node", "name": "node-1"]

  @Test func whatPassesByItselfIsWaitedFor() async throws {
    let bench = try await KubeBench.bench()
    try bench.fault("run:kubectl*@1-4=refused")
    let began = bench.host.now
    #expect(try await bench.ask(KubeGet.self, call)["kind"] == "Node")
    #expect(bench.host.now - began >= 15_000_000, "it waits longer each time")
    #expect(bench.told.count == 4)
    #expect(
      bench.told.first
        == "the API server does not run: its address refuses connections (The connection to the server 192.0.2.10:6443 was refused - did you specify the right host or port?); trying again"
    )
  }

  @Test func patienceEnds() async throws {
    let bench = try await KubeBench.bench()
    try bench.fault("run:kubectl*=refused")
    let began = bench.host.now
    let text = await complaint { _ = try await bench.ask(KubeGet.self, call) }
    #expect(text.hasSuffix("tried for 305 s; see `crictl ps -a` and `journalctl -u kubelet -e`"), "\(text)")
    #expect(bench.host.now - began < 360_000_000)
  }

  @Test func oneKubectlWithoutEndDoesNotEndIt() async throws {
    let bench = try await KubeBench.bench()
    try bench.fault("run:kubectl*@1=hang")
    #expect(try await bench.ask(KubeGet.self, call)["kind"] == "Node")
    #expect(
      bench.told == ["the API server does not answer (kubectl had no answer after 60 s); trying again"])
  }

  @Test func aKubectlWithoutEnd() async throws {
    let bench = try await KubeBench.bench()
    try bench.fault("run:kubectl*=hang")
    let text = await complaint { _ = try await bench.ask(KubeGet.self, call) }
    #expect(text.hasPrefix("the API server does not answer (kubectl had no answer after 60 s), tried for "), "\(text)")
    #expect(text.hasSuffix("; see the load of the machine, and `crictl logs` of kube-apiserver and etcd"))
  }

  @Test func whatDoesNotPassIsToldAtOnce() async throws {
    let bench = try await KubeBench.bench()
    try bench.fault("run:kubectl*=exit:1")
    let began = bench.host.now
    #expect(
      await complaint { _ = try await bench.ask(KubeGet.self, call) } == "kubectl: failed, as the fault has it")
    #expect(bench.host.now - began < 1_000_000)
  }

  @Test func withoutKubectlOrCluster() async throws {
    let bare = EffectBench(try KubeBench.bare())
    #expect(
      await complaint { _ = try await bare.ask(KubeGet.self, call) }
        == "there is no kubeconfig /etc/kubernetes/admin.conf; is the cluster initialized (kubeadm.init)? the argument kubeconfig names another file"
    )
    let none = try EffectBench(yaml: "")
    #expect(
      await complaint { _ = try await none.ask(KubeGet.self, call) }
        == "kubectl is not installed on this machine; install it first: apt.install { \"kubectl\" }")
  }
}
