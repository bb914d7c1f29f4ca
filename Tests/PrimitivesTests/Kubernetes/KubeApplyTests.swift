import MachineModel
import Testing
import Values

@testable import Engine
@testable import Primitives

struct KubeApplyTests {
  private func call(_ objects: Value...) -> Value { ["objects": .array(objects)] }

  @discardableResult
  private func apply(_ bench: EffectBench, _ objects: Value..., force: Bool = false) async throws -> EntryResult {
    try await bench.perform(KubeApply.self, ["objects": .array(objects), "force": .boolean(force)])
  }

  private func data(_ bench: EffectBench, _ name: String = "a") async throws -> Value? {
    try await bench.object("ConfigMap", name)["data"]
  }

  @Test(arguments: ["1.20.2", "1.24.0", "1.30.1"]) func wholeLife(version: String) async throws {
    try await checkWholeLife(
      of: KubeApply.self, call(Objects.map("a", ["k": "v"]), Objects.account("s")),
      on: try await KubeBench.cluster(version))
  }

  @Test(arguments: ["1.20.2", "1.24.0"]) func whatWasThereComesBack(version: String) async throws {
    let bench = try await KubeBench.bench(version, Objects.map("a", ["k": "1", "l": "2"]))
    #expect(try await apply(bench, Objects.map("a", ["k": "2"])) == .changed)
    #expect(try await data(bench) == ["k": "2"], "what is not applied any more goes")
    #expect(try await apply(bench, Objects.map("a", ["k": "2"])) == .changed, "this run changed it")
    bench.beginRun()
    #expect(try await apply(bench, Objects.map("a", ["k": "2"])) == .held)
    #expect(try await bench.undo() == [])
    #expect(try await data(bench) == ["k": "2"], "what only held is not undone")
  }

  @Test(arguments: ["kill", "kill-after"]) func anUndoThatIsCutOff(outcome: String) async throws {
    let former = Objects.map("a", ["k": "1", "l": "2"])
    for operation in 1...3 {
      let bench = try await KubeBench.bench("1.24.0", former)
      try await apply(bench, Objects.map("a", ["k": "2"]), Objects.account("s"))
      try bench.fault("*@\(operation)=\(outcome)")
      let text = await complaint { try await bench.undo() }
      bench.revive()
      #expect(try await bench.undo() == [], "\(operation): \(text)")
      #expect(try await data(bench) == ["k": "1", "l": "2"])
      #expect(try await bench.object("ServiceAccount", "s") == nil)
    }
  }

  @Test func anotherHandsChangeStays() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.map("a", ["k": "1"]))
    try await apply(bench, Objects.map("a", ["k": "2"]))
    try await bench.kubectl(
      "apply --server-side --force-conflicts --field-manager=other -f -", Objects.map("a", ["k": "3"]))
    #expect(try await bench.undo() == ["another hand changed it since: it is left as it is"])
    #expect(try await data(bench) == ["k": "3"])
  }

  @Test func anObjectThatAnotherHandDeletedIsNotMadeAgain() async throws {
    let bench = try await KubeBench.bench()
    try await apply(bench, Objects.map("a", ["k": "1"]))
    try await bench.kubectl("delete configmap a")
    #expect(try await bench.undo() == [])
    #expect(try await bench.object("ConfigMap", "a") == nil)
  }

  @Test func driftIsPutRight() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.map("a", ["k": "1"]))
    try await bench.kubectl(#"patch configmap a --type=merge -p {"data":{"k":"drift"}}"#)
    #expect(try await apply(bench, Objects.map("a", ["k": "1"])) == .changed)
    #expect(try await data(bench) == ["k": "1"])
    #expect(try await bench.undo() == [])
    #expect(try await data(bench) == ["k": "drift"])
  }

  // MARK: Adoption

  @Test(arguments: ["1.20.2", "1.24.0"]) func whatWasAppliedByTheClientIsAdopted(version: String) async throws {
    let bench = try await KubeBench.bench(version)
    try await bench.kubectl("apply -f -", Objects.map("a", ["k": "1", "l": "1"]))
    let annotations = try await bench.object("ConfigMap", "a")["metadata", "annotations"]
    #expect(try await apply(bench, Objects.map("a", ["k": "1"])) == .changed)
    #expect(bench.records.contains(#""adopted":["ConfigMap default/a (kubectl-client-side-apply)"]"#))
    #expect(try await data(bench) == ["k": "1"], "what is not given any more goes")
    let adopted = try await bench.object("ConfigMap", "a")
    #expect(adopted["metadata", "annotations", ObjectContent.lastApplied] == nil)
    let second = EffectBench(bench.host.machine)
    #expect(try await apply(second, Objects.map("a", ["k": "1"])) == .held)

    #expect(try await bench.undo() == [])
    #expect(try await data(bench) == ["k": "1", "l": "1"])
    #expect(try await bench.object("ConfigMap", "a")["metadata", "annotations"] == annotations)
    try await bench.kubectl("apply -f -", Objects.map("a", ["k": "1"]))
    #expect(try await data(bench) == ["k": "1"], "the client goes on where it was")
  }

  @Test(arguments: ["kill", "kill-after"]) func anAdoptionThatIsCutOff(outcome: String) async throws {
    for operation in 1...3 {
      for isResumed in [true, false] {
        let bench = try await KubeBench.bench()
        try await bench.kubectl("apply -f -", Objects.map("a", ["k": "1", "l": "1"]))
        let former = try await bench.object("ConfigMap", "a")
        try bench.fault("*@\(operation)=\(outcome)")
        _ = await complaint { try await apply(bench, Objects.map("a", ["k": "1"])) }
        bench.revive()
        if isResumed {
          #expect(try await apply(bench, Objects.map("a", ["k": "1"])) == .changed, "\(operation)")
          #expect(try await data(bench) == ["k": "1"], "\(operation)")
        }
        #expect(try await bench.undo() == [], "\(operation) \(isResumed)")
        #expect(ObjectContent.recorded(try await bench.object("ConfigMap", "a")) == ObjectContent.recorded(former))
      }
    }
  }

  @Test func whatWasCreatedByHandIsAdoptedOnceItDiffers() async throws {
    let bench = try await KubeBench.bench()
    try await bench.kubectl("create -f -", Objects.map("a", ["k": "1", "l": "1"]))
    #expect(try await apply(bench, Objects.map("a", ["k": "2"])) == .changed)
    #expect(try await data(bench) == ["k": "2"])
    #expect(try await bench.managers("configmap a").contains("vsrrun Apply"))
    #expect(try await bench.undo() == [])
    #expect(try await data(bench) == ["k": "1", "l": "1"])
  }

  // MARK: Conflicts

  @Test func anotherManagersFieldStopsIt() async throws {
    let bench = try await KubeBench.bench()
    try await bench.kubectl("apply --server-side --field-manager=helm -f -", Objects.map("a", ["k": "1", "l": "1"]))
    let text = await complaint { try await apply(bench, Objects.map("a", ["k": "2"])) }
    #expect(
      text
        == #"ConfigMap default/a: the field .data.k belongs to the field manager "helm"; leave the field out, or take it over by force = true; then "helm" should not set it any more"#
    )
    #expect(try await data(bench) == ["k": "1", "l": "1"])
    #expect(try await bench.undo() == [])
    #expect(try await apply(bench, Objects.map("a", ["m": "3"])) == .changed, "a field of its own is no conflict")
    #expect(try await apply(bench, Objects.map("a", ["k": "2", "m": "3"]), force: true) == .changed)
    #expect(try await data(bench) == ["k": "2", "l": "1", "m": "3"])
    #expect(try await bench.undo() == [])
    #expect(try await data(bench) == ["k": "1", "l": "1"])
  }

  @Test func theSameValueIsNoConflict() async throws {
    let bench = try await KubeBench.bench()
    try await bench.kubectl("apply --server-side --field-manager=helm -f -", Objects.map("a", ["k": "1"]))
    #expect(try await apply(bench, Objects.map("a", ["k": "1"])) == .held)
  }

  // MARK: Kinds and versions

  @Test(arguments: ["1.20.2", "1.24.0", "1.30.1"]) func aNetworkBeforeItsDefinition(version: String) async throws {
    let bench = try await KubeBench.bench(version)
    let text = await complaint { try await apply(bench, Objects.map("a", [:]), Objects.network) }
    #expect(
      text
        == #"objects[2] (NetworkAttachmentDefinition net-1): the API server does not know the kind NetworkAttachmentDefinition in k8s.cni.cncf.io/v1; apply its CustomResourceDefinition first, and wait for it by kube.wait_crd "network-attachment-definitions.k8s.cni.cncf.io""#
    )
    #expect(bench.changes == [], "nothing was applied")
    try await apply(bench, Objects.definition)
    _ = try await bench.ask(KubeWaitCRD.self, "network-attachment-definitions.k8s.cni.cncf.io")
    #expect(try await apply(bench, Objects.network) == .changed)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func podSecurityPoliciesEndWith125() async throws {
    let old = try await KubeBench.bench("1.24.0")
    #expect(try await apply(old, Objects.policy) == .changed)
    for version in ["1.25.0", "1.30.1"] {
      let bench = try await KubeBench.bench(version)
      #expect(
        await complaint { try await apply(bench, Objects.policy) }
          == "objects[1] (PodSecurityPolicy p): the API server does not know the kind PodSecurityPolicy in policy/v1beta1; Kubernetes has none since 1.25: label the namespace pod-security.kubernetes.io/enforce instead"
      )
    }
  }

  // MARK: Refusals

  @Test func theObjectThatIsRefusedIsNamed() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.deployment("d"))
    #expect(
      await complaint { try await apply(bench, Objects.map("a", [:]), Objects.map("b", [:], namespace: "nope")) }
        == #"objects[2] (ConfigMap b): a namespace is missing (Error from server (NotFound): namespaces "nope" not found); apply the Namespace first"#
    )
    var other = Objects.deployment("d")
    other.set("spec", "selector", "matchLabels", to: ["app": "e"])
    other.set("spec", "template", "metadata", "labels", to: ["app": "e"])
    let text = await complaint { try await apply(bench, other) }
    #expect(text.hasPrefix("objects[1] (Deployment d): a field cannot be changed on a live object (The Deployment"))
    #expect(text.hasSuffix("; delete the object first (kube.delete), so that it is made anew"))
  }

  /// The other objects of the same call were made all the same.
  @Test func whatAFailedCallMadeIsUndone() async throws {
    let bench = try await KubeBench.bench()
    let wrong = Objects.map("b", [:], namespace: "nope")
    _ = await complaint { try await apply(bench, Objects.map("a", ["k": "1"]), wrong) }
    #expect(try await data(bench) == ["k": "1"])
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func secretsAreNoObjectsOfARunbook() {
    #expect(
      complaint(of: KubeApply.self, call(Objects.secret("s")))
        == #"kube.apply: objects[1] (Secret s): what a Secret holds must not stand in a runbook; make it by kube.secret { name = "s", … }"#
    )
    var token = Objects.secret("s", type: "kubernetes.io/service-account-token")
    token.set("data", to: nil)
    #expect(complaint(of: KubeApply.self, call(token)) == "")
  }

  @Test func anEmptyOrNullFieldIsNone() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.map("a", ["k": "1"]))
    var map = Objects.map("a", ["k": "1"])
    map.set("binaryData", to: [:])
    map.set("immutable", to: .null)
    #expect(try await apply(bench, map) == .held)
  }
}
