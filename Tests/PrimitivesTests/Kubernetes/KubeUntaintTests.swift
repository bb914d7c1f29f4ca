import Testing
import Values

@testable import Engine
@testable import Primitives

struct KubeUntaintTests {
  private let roles: Value = ["node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"]

  private func taints(_ bench: EffectBench) async throws -> [String] {
    (try await bench.object("Node", "node-1")["spec", "taints"]?.array ?? []).compactMap { $0["key"]?.string }
  }

  /// 1.20 has the master's taint, 1.25 the control plane's.
  @Test(arguments: ["1.20.2", "1.25.0"]) func wholeLife(version: String) async throws {
    try await checkWholeLife(of: KubeUntaint.self, roles, on: try await KubeBench.cluster(version))
  }

  /// 1.24 has both; one that comes back alone comes in another order.
  @Test(arguments: ["kill", "kill-after", "EIO"]) func cutOffBetweenTwo(outcome: String) async throws {
    for operation in 1...2 {
      let bench = try await KubeBench.bench("1.24.0")
      let before = try await taints(bench)
      #expect(before.count == 2)
      try bench.fault("*@\(operation)=\(outcome)")
      #expect(await complaint { try await bench.perform(KubeUntaint.self, roles) } != "")
      bench.revive()
      #expect(try await bench.undo() == [], "\(operation)")
      #expect(try await taints(bench).sorted() == before.sorted(), "\(operation)")
    }
  }

  @Test func aTaintThatIsNotThereHolds() async throws {
    let bench = try await KubeBench.bench("1.25.0")
    #expect(try await bench.perform(KubeUntaint.self, ["node-role.kubernetes.io/master"]) == .held)
  }

  @Test func valuesAndEffectsComeBack() async throws {
    let bench = try await KubeBench.bench("1.25.0")
    try await bench.kubectl("taint nodes node-1 example.org/k=v:NoExecute example.org/k=w:NoSchedule")
    let before = try await taints(bench)
    let call: Value = ["keys": ["example.org/k"], "node": "node-1"]
    #expect(try await bench.perform(KubeUntaint.self, call) == .changed)
    #expect(try await taints(bench) == ["node-role.kubernetes.io/control-plane"], "others stay")
    #expect(try await bench.undo() == [])
    #expect(try await taints(bench) == before)
    #expect(try await bench.object("Node", "node-1")["spec", "taints"]?.array?.last?["value"] == "w")
  }

  @Test func anotherHandsTaintStays() async throws {
    let bench = try await KubeBench.bench("1.25.0")
    try await bench.perform(KubeUntaint.self, roles)
    try await bench.kubectl("taint nodes node-1 node-role.kubernetes.io/master=x:NoSchedule")
    #expect(try await bench.undo() == ["another hand changed it since: it is left as it is"])
    #expect(try await taints(bench) == ["node-role.kubernetes.io/master"])
  }

  @Test func aNodeThatIsNotThere() async throws {
    let bench = try await KubeBench.bench()
    #expect(
      await complaint { try await bench.perform(KubeUntaint.self, ["keys": ["a"], "node": "other"]) }
        == "the cluster has no node other; wait for it by kube.wait_node; `kubectl get nodes` lists them")
  }

  @Test func whatIsPutBackIsTold() {
    let taint = KubeUntaint.Taint(node: "n", key: "k", value: "v", effect: "NoSchedule")
    #expect(
      KubeUntaint().shortfall(.init(nodes: 1, taints: [taint]))
        == "k=v:NoSchedule on n: put back by another hand, or by the kubelet's --register-with-taints")
  }

  @Test func argumentsAreChecked() {
    #expect(complaint(of: KubeUntaint.self, ["keys": []]).contains("argument 'keys': expected one key at least"))
    #expect(
      complaint(of: KubeUntaint.self, ["a:NoSchedule-"])
        == #"kube.untaint: argument 'keys': expected the key alone, such as "node-role.kubernetes.io/master", got "a:NoSchedule-""#
    )
    #expect(complaint(of: KubeUntaint.self, ["keys": ["a"], "node": "--all"]).contains("argument 'node'"))
  }
}
