import Testing
import Values

@testable import Engine
@testable import Primitives

/// Undo does not bring former pods back: a restart comes after all else was brought back.
struct KubeRestartTests {
  private static let daemon = Objects.daemon(
    "d", pod: ["volumes": [["name": "c", "configMap": ["name": "a"]]], "hostNetwork": true])
  private let restart: Value = ["kind": "DaemonSet", "name": "d"]

  private func bench(_ version: String = "1.24.0") async throws -> EffectBench {
    let bench = try await KubeBench.bench(version, Objects.map("a", ["k": "1"]), Self.daemon)
    await bench.host.pause(seconds: 30)
    return bench
  }

  private func pod(_ bench: EffectBench) async throws -> String? {
    let pods = try await bench.ask(KubeList.self, ["kind": "Pod", "selector": "app=d"]).array ?? []
    #expect(pods.count == 1)
    return pods.first?["metadata", "name"]?.string
  }

  @Test(arguments: ["1.20.2", "1.24.0", "1.30.1"]) func podsOlderThanTheirConfigMap(version: String) async throws {
    let bench = try await bench(version)
    #expect(try await bench.perform(KubeRestart.self, restart) == .held)
    let first = try await pod(bench)
    try await bench.perform(KubeApply.self, ["objects": [Objects.map("a", ["k": "2"])]])
    #expect(try await bench.perform(KubeRestart.self, restart) == .changed)
    let second = try await pod(bench)
    #expect(first != second)
    #expect(try await EffectBench(bench.host.machine).perform(KubeRestart.self, restart) == .held)

    #expect(try await bench.undo() == [])
    #expect(try await bench.object("ConfigMap", "a")["data"] == ["k": "1"])
    #expect(try await pod(bench) != second, "it runs with what it had before")
    #expect(try await EffectBench(bench.host.machine).perform(KubeRestart.self, restart) == .held)
  }

  @Test(arguments: ["kill", "kill-after"]) func cutOff(outcome: String) async throws {
    let bench = try await bench()
    try await bench.perform(KubeApply.self, ["objects": [Objects.map("a", ["k": "2"])]])
    try bench.fault("run:kubectl*rollout restart*=\(outcome)")
    #expect(await complaint { try await bench.perform(KubeRestart.self, restart) } != "")
    bench.revive()
    #expect(try await bench.perform(KubeRestart.self, restart) == .changed)
    #expect(try await EffectBench(bench.host.machine).perform(KubeRestart.self, restart) == .held)
  }

  @Test func aFurtherFileCounts() async throws {
    let bench = try await bench()
    let call: Value = ["kind": "DaemonSet", "name": "d", "files": ["/etc/d.conf"]]
    #expect(try await bench.perform(KubeRestart.self, call) == .held, "it is not there")
    try bench.put("/etc/d.conf", "x")
    #expect(try await bench.perform(KubeRestart.self, call) == .changed)
  }

  @Test func aTimeThatLiesAheadSaysNothing() async throws {
    let machine = try await KubeBench.cluster(
      "1.24.0", Objects.map("a", [:]), Self.daemon,
      files: "  /etc/d.conf: {content: x, modified: 4102444800000000}")
    let call: Value = ["kind": "DaemonSet", "name": "d", "files": ["/etc/d.conf"]]
    #expect(try await EffectBench(machine).perform(KubeRestart.self, call) == .held)
  }

  @Test func oneThatIsNotThere() async throws {
    let bench = try await bench()
    let text = await complaint { try await bench.perform(KubeRestart.self, ["kind": "Deployment", "name": "x"]) }
    #expect(text == "there is no Deployment default/x; is it applied?")
    #expect(try await bench.undo() == [])
  }

  @Test func podsThatDoNotComeUp() async throws {
    let bench = try await bench()
    try await bench.perform(KubeApply.self, ["objects": [Objects.map("a", ["k": "2"])]])
    try await bench.host.unitJob(.stop, "kubelet.service")
    let call: Value = ["kind": "DaemonSet", "name": "d", "timeout": 20]
    let began = bench.host.now
    let text = await complaint { try await bench.perform(KubeRestart.self, call) }
    #expect(
      text
        == "DaemonSet default/d is not restarted after 20 s: DaemonSet default/d: 0 of 1 pods are available; `kubectl describe` of its pods says more"
    )
    #expect(bench.host.now - began < 40_000_000)
  }

  @Test func oncePodsAndClusterAreGoneItIsUndone() async throws {
    let bench = try await bench()
    try await bench.perform(KubeApply.self, ["objects": [Objects.map("a", ["k": "2"])]])
    try await bench.perform(KubeRestart.self, restart)
    try bench.host.remove("/etc/kubernetes/admin.conf")
    let reasons = try await bench.undo()
    #expect(reasons.count == 1 && reasons.first?.hasPrefix("there is no kubeconfig") == true, "the ConfigMap alone")
  }

  @Test func theClusterIsTheJudge() {
    let restart = KubeRestart()
    #expect(restart.holds(.init(exists: true, started: 11, changed: 10)))
    #expect(!restart.holds(.init(exists: true, started: 10, changed: 10)), "in the same second it may have been before")
    #expect(restart.holds(.init(exists: true, started: nil, changed: 10)), "none runs: the next one reads it")
    #expect(!restart.holds(.init(exists: false)))
    #expect(restart.isUndone(.init(exists: false), before: .init(exists: true)))
  }

  @Test func argumentsAreChecked() {
    #expect(
      complaint(of: KubeRestart.self, ["kind": "Pod", "name": "x"]).contains("argument 'kind': expected "),
      "\(complaint(of: KubeRestart.self, ["kind": "Pod", "name": "x"]))")
    for timeout in [0, 86_401] {
      #expect(
        complaint(of: KubeRestart.self, ["kind": "DaemonSet", "name": "x", "timeout": .integer(timeout)])
          == "kube.restart: argument 'timeout': expected seconds from 1 to 86400, got \(timeout)")
    }
  }
}
