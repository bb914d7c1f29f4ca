import Testing
import Values

@testable import Engine
@testable import Primitives

struct KubeDeleteTests {
  private func call(_ objects: Value...) -> Value { ["objects": .array(objects)] }

  @Test func wholeLife() async throws {
    let start = try await KubeBench.bench("1.24.0", Objects.map("a", ["k": "v"]), Objects.account("s"))
    try await checkWholeLife(
      of: KubeDelete.self, call(Objects.map("a", [:]), Objects.account("s"), Objects.map("none", [:])),
      on: start.host.machine)
  }

  @Test func whatIsNotThereOrNotKnownHolds() async throws {
    let bench = try await KubeBench.bench("1.30.1")
    #expect(try await bench.perform(KubeDelete.self, call(Objects.network, Objects.policy)) == .held)
    #expect(
      try await bench.perform(KubeDelete.self, ["manifest": "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"])
        == .held)
  }

  @Test func podsGoAndComeBack() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.deployment())
    await bench.host.pause(seconds: 10)
    #expect(try await bench.ask(KubeList.self, ["kind": "Pod", "selector": "app=vsr"]).array?.count == 1)
    let before = try await bench.object("Deployment", "vsr")
    #expect(try await bench.perform(KubeDelete.self, call(Objects.deployment())) == .changed)
    #expect(try await bench.ask(KubeList.self, ["kind": "Pod", "selector": "app=vsr"]) == [])
    #expect(try await bench.undo() == [])
    #expect(ObjectContent.areEqual(before, try await bench.object("Deployment", "vsr")))
    let pod = try await bench.ask(KubeWaitPod.self, ["selector": "app=vsr", "timeout": 30])
    #expect(pod["node"] == "node-1")
  }

  @Test func whatAClientAppliedIsThatAgain() async throws {
    let bench = try await KubeBench.bench()
    try await bench.kubectl("apply -f -", Objects.map("a", ["k": "1", "l": "1"]))
    let before = try await bench.object("ConfigMap", "a")
    try await bench.perform(KubeDelete.self, call(Objects.map("a", [:])))
    #expect(try await bench.undo() == [])
    #expect(ObjectContent.recorded(before) == ObjectContent.recorded(try await bench.object("ConfigMap", "a")))
  }

  @Test func whatAnotherHandMadeAnewStays() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.map("a", ["k": "1"]))
    try await bench.perform(KubeDelete.self, call(Objects.map("a", [:])))
    try await bench.kubectl("create -f -", Objects.map("a", ["k": "2"]))
    #expect(try await bench.undo() == ["another hand changed it since: it is left as it is"])
    #expect(try await bench.object("ConfigMap", "a")["data"] == ["k": "2"])
  }

  @Test func aSecretIsNotRecordedAndNotBroughtBack() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.secret("s"), Objects.map("a", ["k": "1"]))
    var head = Objects.secret("s")
    head.set("data", to: nil)
    #expect(try await bench.perform(KubeDelete.self, call(head, Objects.map("a", [:]))) == .changed)
    #expect(!bench.records.contains("aHVudGVyMg"))
    #expect(try await bench.undo() == [])
    #expect(try await bench.object("Secret", "s") == nil)
    #expect(try await bench.object("ConfigMap", "a")["data"] == ["k": "1"])
  }

  @Test func whatCannotComeBackIsListed() throws {
    let namespace: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "n"]]
    let secret: Value = ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "s"]]
    let effect = try Signature.decode(
      KubeDelete.self, [call(namespace, secret, Objects.definition, Objects.map("a", [:]))])
    #expect(
      effect.uncovered == [
        "what lived in the Namespace n", "what the Secret default/s held",
        "the objects of the CustomResourceDefinition network-attachment-definitions.k8s.cni.cncf.io",
      ])
  }

  /// Arguments are recorded.
  @Test func whatASecretHoldsIsNoArgument() {
    let text = complaint(of: KubeDelete.self, call(Objects.secret("s")))
    #expect(
      text
        == "kube.delete: objects[1] (Secret s): what a Secret holds must not stand in a runbook; its apiVersion, kind and metadata are enough"
    )
  }

  @Test func onlyTheHeadsCount() {
    let head: Value = ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "vsr"]]
    #expect(complaint(of: KubeDelete.self, call(head)) == "")
    #expect(complaint(of: KubeDelete.self, call(["kind": "Pod"])).contains("objects[1] (Pod ): apiVersion: expected"))
    #expect(complaint(of: KubeDelete.self, [:]).contains("give one of objects"))
  }

  @Test func aRefusedConnectionIsWaitedOut() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.map("a", [:]))
    try bench.fault("run:kubectl*delete*@1=refused")
    #expect(try await bench.perform(KubeDelete.self, call(Objects.map("a", [:]))) == .changed)
  }

  @Test func whatStaysIsToldWithTheNextStep() async throws {
    let state = KubeDelete.State(objects: ["ConfigMap default/a": ["kind": "ConfigMap"], "Pod default/p": nil])
    #expect(
      KubeDelete().shortfall(state)
        == "ConfigMap default/a: still there after it was deleted; `kubectl describe` names the finalizer that holds it, or who made it anew"
    )
  }
}
