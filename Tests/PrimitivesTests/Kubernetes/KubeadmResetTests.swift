import Host
import MachineModel
import Testing
import Values

@testable import Engine
@testable import Primitives

struct KubeadmResetTests {
  private let call: Value = ["pod_network": "10.244.0.0/16"]

  /// A cluster with running pods, and what is not the cluster's.
  private func bench() async throws -> EffectBench {
    let bench = EffectBench(
      try await KubeBench.cluster(files: #"  /etc/cni/net.d/99-own.conf: '{"type": "bridge"}'"#))
    try await bench.kubectl("apply --server-side -f -", Objects.deployment())
    await bench.host.pause(seconds: 30)
    return EffectBench(bench.host.machine)
  }

  private func expectNothingLeft(_ bench: EffectBench) async throws {
    let node = try NodeFootprint(bench.host)
    #expect(node.traces == [] && node.links == [] && node.networks == ["99-own.conf"])
    for path in ["/var/lib/etcd", "/var/lib/cni", "/run/flannel", "/etc/kubernetes/pki"] {
      #expect(try bench.host.status(path) == nil, "\(path)")
    }
    for program in ["iptables-save", "ip6tables-save"] {
      let rules = String(decoding: try await bench.host.run(Command([program])).output, as: UTF8.self)
      for word in ["KUBE-", "CNI-", "FLANNEL-", "10.244.0.0/16"] { #expect(!rules.contains(word), "\(word)") }
    }
    #expect(try await EffectBench(bench.host.machine).perform(KubeadmReset.self, call) == .held)
  }

  @Test func nothingIsLeft() async throws {
    let bench = try await bench()
    #expect(try await bench.perform(KubeadmReset.self, call) == .changed)
    try await expectNothingLeft(bench)
    #expect(try await bench.perform(KubeadmInit.self, call) == .changed, "a new one can be made")
    let reasons = try await bench.undo()
    #expect(reasons == ["it cannot be taken back: the cluster and what it ran are gone"])
  }

  @Test(arguments: ["kill", "kill-during", "kill-after"]) func cutOff(outcome: String) async throws {
    let bench = try await bench()
    try bench.fault("run:kubeadm reset*=\(outcome)")
    #expect(await complaint { try await bench.perform(KubeadmReset.self, call) }.contains("killed"))
    bench.revive()
    #expect(try await bench.perform(KubeadmReset.self, call) == .changed)
    try await expectNothingLeft(bench)
  }

  @Test func everyOperationCanFail() async throws {
    let whole = try await bench()
    try await whole.perform(KubeadmReset.self, call)
    for operation in 1...whole.host.operations {
      for outcome in ["kill", "kill-after", "EIO"] {
        let bench = EffectBench(whole.original)
        try bench.fault("*@\(operation)=\(outcome)")
        #expect(await complaint { try await bench.perform(KubeadmReset.self, call) } != "")
        bench.revive()
        #expect(try await bench.perform(KubeadmReset.self, call) == .changed, "\(operation)=\(outcome)")
        try await expectNothingLeft(bench)
      }
    }
  }

  @Test func withoutAClusterItHolds() async throws {
    let bench = EffectBench(try KubeBench.bare())
    #expect(try await bench.perform(KubeadmReset.self, call) == .held)
    #expect(bench.host.operations == 0)
  }

  @Test func whatKubeadmSaysIsTold() async throws {
    let bench = try await bench()
    try bench.fault("run:kubeadm reset*=exit:1")
    #expect(
      await complaint { try await bench.perform(KubeadmReset.self, call) }
        == "kubeadm reset ended with status 1: kubeadm: failed, as the fault has it; is the container runtime running? `kubeadm reset -f` by hand says more"
    )
    try bench.fault("run:kubeadm reset*=hang")
    #expect(
      await complaint { try await bench.perform(KubeadmReset.self, call) }
        .hasPrefix("kubeadm reset had no end after 300 s and was stopped; "))
  }

  @Test func argumentsAreChecked() {
    #expect(complaint(of: KubeadmReset.self, ["timeout": 0]).contains("argument 'timeout': expected seconds from 1"))
  }
}
