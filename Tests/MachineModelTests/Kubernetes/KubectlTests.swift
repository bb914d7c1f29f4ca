import Host
import Testing
import Values

@testable import MachineModel

/// What kubectl answers, and how it fails: as kubectl 1.20.2 was seen to before a real API server.
struct KubectlTests {
  @Test func getPrintsAListOfWhatIsThereOrNothing() async throws {
    let bench = try await ClusterBench.initialized("1.20.2-00")
    let wanted: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"]]
    let words = "get -f - --ignore-not-found -o json"
    let none = try await bench.kubectl(words, input: [wanted])
    #expect(none == CommandResult(status: 0))
    _ = try await bench.apply(Manifests.map("a", ["k": "v"]))
    let one = try Value(json: try await bench.kubectl(words, input: [wanted]).output)
    #expect(one.kindName == "List")
    #expect(one.elements("items").map(\.name) == ["a"])
    #expect(one.elements("items")[0].at("metadata", "managedFields") != nil)
    let missing = try await bench.kubectl(words, input: [wanted, Manifests.network])
    #expect(missing.status == 1)
    #expect(
      missing.complaint
        == #"error: unable to recognize no matches for kind "NetworkAttachmentDefinition" in version "k8s.cni.cncf.io/v1""#
    )
    #expect(try Value(json: missing.output).elements("items").count == 1)
    #expect(
      try await bench.kubectl("get net-attach-def -o json").complaint
        == #"error: the server doesn't have a resource type "net-attach-def""#)
    #expect(
      try await bench.kubectl("get configmap nope -o json").complaint
        == #"Error from server (NotFound): configmaps "nope" not found"#)
  }

  @Test func managersAreShownWhenAskedForFrom121On() async throws {
    let old = try await ClusterBench.initialized("1.20.2-00")
    #expect(
      try await old.kubectl("get ns --show-managed-fields -o json").complaint.hasPrefix(
        "Error: unknown flag: --show-managed-fields"))
    let new = try await ClusterBench.initialized()
    _ = try await new.apply(Manifests.map("a", ["k": "v"]))
    #expect(try await new.get("cm a")[0].at("metadata", "managedFields") == nil)
    #expect(try await new.get("cm a --show-managed-fields")[0].elements("metadata", "managedFields").count == 1)
  }

  @Test func aSecondApplyChangesNothing() async throws {
    let bench = try await ClusterBench.initialized()
    let objects = [
      Manifests.flannel, Manifests.deployment(requests: ["cpu": 1, "memory": "2048Mi"]), Manifests.map("a", ["k": "v"]),
    ]
    #expect(try await bench.kubectl(ClusterBench.apply, input: objects).succeeded)
    await bench.host.pause(seconds: 60)
    let before = try await bench.get("deployment,x vsr".replacing(",x", with: ""))
    let dry = try Value(
      json: try await bench.kubectl(ClusterBench.apply + " --dry-run=server --force-conflicts", input: objects).output)
    let machine = bench.host.machine
    for (object, planned) in zip(objects, dry.elements("items")) {
      let live = try #require(machine.kubernetes.cluster?.all(object.kindName).first { $0.name == object.name })
      func bare(_ value: Value) -> Value {
        var value = value
        for key in ["managedFields", "resourceVersion", "generation"] { value.put(nil, at: "metadata", key) }
        value.put(nil, at: "status")
        return value
      }
      #expect(bare(live) == bare(planned))
    }
    #expect(try await bench.kubectl(ClusterBench.apply, input: objects).succeeded)
    #expect(try await bench.get("deployment vsr") == before)
    #expect(
      before[0].at("spec", "template", "spec", "containers")?.array?[0].at("resources", "requests") == [
        "cpu": "1", "memory": "2Gi",
      ])
  }

  @Test func aFieldThatIsNotAppliedAnyMoreGoes() async throws {
    let bench = try await ClusterBench.initialized()
    _ = try await bench.apply(Manifests.map("a", ["k": "1", "l": "2"]))
    let generation = try await bench.get("cm a")[0].text("metadata", "resourceVersion")
    _ = try await bench.apply(Manifests.map("a", ["l": "2"]))
    #expect(try await bench.get("cm a")[0]["data"] == ["l": "2"])
    #expect(try await bench.get("cm a")[0].text("metadata", "resourceVersion") != generation)
  }

  @Test func containersAreMergedByName() async throws {
    let bench = try await ClusterBench.initialized()
    _ = try await bench.apply(Manifests.deployment())
    var two = Manifests.deployment()
    two.put([["name": "side", "image": "example.org/side:1"]], at: "spec", "template", "spec", "containers")
    _ = try await bench.kubectl("apply --server-side --field-manager=other -f - -o json", input: [two])
    let names = try await bench.get("deployment vsr")[0].at("spec", "template", "spec", "containers")?.array?.map {
      $0.text("name")
    }
    #expect(names == ["vsr", "side"])
    _ = try await bench.apply(Manifests.deployment(image: "example.org/vsr:2"))
    let images = try await bench.get("deployment vsr")[0].at("spec", "template", "spec", "containers")?.array?.map {
      $0.text("image")
    }
    #expect(images == ["example.org/vsr:2", "example.org/side:1"])
  }

  @Test func whatAnotherManagerOwnsIsAConflict() async throws {
    let bench = try await ClusterBench.initialized("1.20.2-00")
    _ = try await bench.kubectl("create -f -", input: [Manifests.map("a", ["k": "1"])])
    let refused = try await bench.apply(Manifests.map("a", ["k": "2"]))
    #expect(refused.status == 1 && refused.output.isEmpty)
    let text = String(decoding: refused.errorOutput, as: UTF8.self)
    #expect(
      text.hasPrefix(
        "error: Apply failed with 1 conflict: conflict with \"kubectl-create\" using v1: .data.k\nPlease review the fields above--"
      ))
    #expect(text.hasSuffix("See http://k8s.io/docs/reference/using-api/api-concepts/#conflicts\n"))
    // The same value is owned together.
    #expect(try await bench.apply(Manifests.map("a", ["k": "1"])).succeeded)
    #expect(try await bench.apply(Manifests.map("a", ["k": "2"]), flags: "--force-conflicts").succeeded)
    #expect(try await bench.get("cm a")[0]["data"] == ["k": "2"])
    _ = try await bench.kubectl(
      "apply --server-side --field-manager=other --force-conflicts -f - -o json",
      input: [Manifests.map("a", ["k": "3", "l": "1"])])
    let both = try await bench.apply(Manifests.map("a", ["k": "4", "l": "2"]))
    #expect(
      String(decoding: both.errorOutput, as: UTF8.self).hasPrefix(
        "error: Apply failed with 2 conflicts: conflicts with \"other\":\n- .data.k\n- .data.l\n"))
  }

  @Test func whatWasAppliedByTheClientBelongsToIt() async throws {
    let bench = try await ClusterBench.initialized("1.20.2-00")
    #expect(
      String(
        decoding: try await bench.kubectl("apply -f -", input: [Manifests.map("a", ["k": "1", "l": "1"])]).output,
        as: UTF8.self) == "configmap/a configured\n")
    let object = try await bench.get("cm a")[0]
    #expect(
      object.annotation(ClientSideApply.annotation)
        == #"{"apiVersion":"v1","data":{"k":"1","l":"1"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"default"}}"#
        + "\n")
    #expect(try await bench.apply(Manifests.map("a", ["k": "2"])).complaint.contains("Apply failed") == false)
    #expect(
      String(decoding: try await bench.apply(Manifests.map("a", ["k": "2"])).errorOutput, as: UTF8.self).contains(
        "conflict with \"kubectl-client-side-apply\" using v1: .data.k"))
    _ = try await bench.kubectl("apply -f -", input: [Manifests.map("a", ["k": "1"])])
    #expect(try await bench.get("cm a")[0]["data"] == ["k": "1"])
  }

  @Test func oneBadObjectKeepsNoOtherFromBeingApplied() async throws {
    let bench = try await ClusterBench.initialized("1.20.2-00")
    let result = try await bench.apply(Manifests.map("a", ["k": "v"]), Manifests.network)
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(
      result.complaint.contains(
        #"unable to recognize no matches for kind "NetworkAttachmentDefinition" in version "k8s.cni.cncf.io/v1""#))
    #expect(try await bench.get("cm a").count == 1)
    #expect(
      try await bench.apply(Manifests.map("b", [:], namespace: "nope")).complaint
        == #"Error from server (NotFound): namespaces "nope" not found"#)
    #expect(try await bench.kubectl(ClusterBench.apply).complaint == "error: no objects passed to apply")
  }

  @Test func aDefinitionIsKnownAMomentAfterItWasMade() async throws {
    let bench = try await ClusterBench.initialized()
    #expect(try await bench.apply(Manifests.networkDefinition).succeeded)
    #expect(
      try await bench.apply(Manifests.network).complaint.contains("no matches for kind \"NetworkAttachmentDefinition\"")
    )
    let crd = "customresourcedefinitions.apiextensions.k8s.io network-attachment-definitions.k8s.cni.cncf.io"
    #expect(try await bench.get(crd)[0].isTrue("Established") == false)
    await bench.host.pause(seconds: 1)
    #expect(try await bench.get(crd)[0].isTrue("Established"))
    #expect(try await bench.apply(Manifests.network).succeeded)
    #expect(try await bench.get("net-attach-def").map(\.name) == ["net-1"])
    _ = try await bench.kubectl("delete crd network-attachment-definitions.k8s.cni.cncf.io")
    #expect(try await bench.apply(Manifests.network).complaint.contains("no matches for kind"))
  }

  @Test(arguments: [("1.24.0-00", true), ("1.25.0-00", false)])
  func podSecurityPoliciesEndWith125(_ version: String, _ isKnown: Bool) async throws {
    let bench = try await ClusterBench.initialized(version)
    let policy: Value = [
      "apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": ["name": "p"], "spec": [:],
    ]
    let result = try await bench.apply(policy)
    #expect(result.succeeded == isKnown)
    if !isKnown {
      #expect(result.complaint.contains("no matches for kind \"PodSecurityPolicy\" in version \"policy/v1beta1\""))
    }
  }

  @Test func replaceIsGuardedByTheResourceVersion() async throws {
    let bench = try await ClusterBench.initialized("1.20.2-00")
    _ = try await bench.apply(Manifests.map("a", ["k": "1"]))
    let former = try await bench.get("cm a")[0]
    _ = try await bench.apply(Manifests.map("a", ["k": "2"]))
    let stale = try await bench.kubectl("replace -f - -o json", input: [former])
    #expect(
      stale.complaint
        == "Error from server (Conflict): Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again"
    )
    var fresh = former
    fresh.put(try await bench.get("cm a")[0].at("metadata", "resourceVersion"), at: "metadata", "resourceVersion")
    #expect(try await bench.kubectl("replace -f - -o json", input: [fresh]).succeeded)
    let now = try await bench.get("cm a")[0]
    #expect(now["data"] == ["k": "1"])
    #expect(now.managers.map(\.name) == ["kubectl-replace"])
    fresh.put(now.at("metadata", "resourceVersion"), at: "metadata", "resourceVersion")
    fresh.put(former.at("metadata", "managedFields"), at: "metadata", "managedFields")
    _ = try await bench.kubectl("replace -f - -o json", input: [fresh])
    #expect(try await bench.get("cm a")[0].managers.map(\.name) == ["vsrrun"])
    _ = try await bench.kubectl(
      "delete -f - --ignore-not-found --cascade=foreground --wait=true --timeout=60s", input: [now])
    #expect(try await bench.kubectl("replace -f -", input: [fresh]).complaint.contains("StorageError: invalid object"))
  }

  @Test func deleteTakesPodsAlong() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.open()
    _ = try await bench.apply(Manifests.deployment())
    await bench.host.pause(seconds: 5)
    #expect(try await bench.pods("vsr") == ["Running"])
    let result = try await bench.kubectl(
      "delete -f - --ignore-not-found --wait=true --timeout=60s", input: [Manifests.deployment()])
    #expect(String(decoding: result.output, as: UTF8.self) == "deployment.apps \"vsr\" deleted\n")
    #expect(try await bench.pods("vsr") == [])
    #expect(try await bench.get("replicasets").isEmpty)
    let again = try await bench.kubectl("delete -f - --ignore-not-found --wait=true", input: [Manifests.deployment()])
    #expect(again == CommandResult(status: 0))
  }

  @Test func whatIsInvalidIsRefused() async throws {
    let bench = try await ClusterBench.initialized()
    var wrong = Manifests.deployment("d")
    wrong.put(["a": "c"], at: "spec", "template", "metadata", "labels")
    #expect(
      try await bench.apply(wrong).complaint
        == "The Deployment \"d\" is invalid: spec.template.metadata.labels: Invalid value: map[string]string{\"a\":\"c\"}: `selector` does not match template `labels`"
    )
    _ = try await bench.apply(Manifests.deployment("d"))
    wrong.put(["a": "c"], at: "spec", "selector", "matchLabels")
    #expect(try await bench.apply(wrong, flags: "--force-conflicts").complaint.hasSuffix("field is immutable"))
    #expect(
      try await bench.apply(Manifests.map("I_bad", [:])).complaint.hasPrefix(
        "The ConfigMap \"I_bad\" is invalid: metadata.name: Invalid value: \"I_bad\": a lowercase RFC 1123 subdomain"))
  }

  @Test func taintsAreAddedAndRemoved() async throws {
    let bench = try await ClusterBench.initialized("1.20.2-00")
    let master = "node-role.kubernetes.io/master"
    #expect(try await bench.kubectl("taint nodes --all \(master)-").output == Array("node/node-1 untainted\n".utf8))
    #expect(try await bench.kubectl("taint nodes --all \(master)-").complaint == "error: taint \"\(master)\" not found")
    #expect(
      try await bench.kubectl("taint nodes node-1 \(master):NoSchedule-").complaint
        == "error: taint \"\(master):NoSchedule\" not found")
    #expect(
      try await bench.kubectl("taint nodes node-1 \(master)=:NoSchedule").output == Array("node/node-1 tainted\n".utf8))
    #expect(
      try await bench.kubectl("taint nodes node-1 \(master)=:NoSchedule").complaint
        == "error: node node-1 already has \(master) taint(s) with same effect(s) and --overwrite is false")
    #expect(
      try await bench.kubectl("taint nodes node-1 \(master)=:NoSchedule --overwrite").output
        == Array("node/node-1 modified\n".utf8))
    #expect(
      try await bench.kubectl("taint nodes nope a:NoSchedule-").complaint
        == "Error from server (NotFound): nodes \"nope\" not found")
  }

  @Test func theKindsOfAGroupAreListed() async throws {
    let bench = try await ClusterBench.initialized("1.20.2-00")
    func kinds(_ path: String) async throws -> [String] {
      let list = try Value(json: try await bench.kubectl("get --raw=\(path)").output)
      return (list["resources"]?.array ?? []).compactMap { $0["kind"]?.string }
    }
    #expect(try await kinds("/apis/apps/v1").contains("DaemonSet"))
    #expect(try await kinds("/api/v1").contains("Pod"))
    #expect(
      try await bench.kubectl("get --raw=/apis/k8s.cni.cncf.io/v1").complaint
        == "Error from server (NotFound): the server could not find the requested resource")
  }

  @Test func withoutAnAPIServerTheConnectionIsRefused() async throws {
    let bench = try await ClusterBench.initialized("1.20.2-00")
    let text = "The connection to the server 192.0.2.10:6443 was refused - did you specify the right host or port?"
    bench.host.faults = [try Fault("run:kubectl*@1-2=refused")]
    #expect(try await bench.kubectl("get --raw=/readyz").complaint == text)
    #expect(
      try await bench.kubectl("get -f - -o json", input: [Manifests.flannel]).complaint
        == "error: unable to recognize \"STDIN\": Get \"https://192.0.2.10:6443/api?timeout=30s\": dial tcp 192.0.2.10:6443: connect: connection refused"
    )
    #expect(try await bench.kubectl("get --raw=/readyz").succeeded)
    try bench.host.remove("/etc/kubernetes/manifests/kube-apiserver.yaml")
    #expect(try await bench.kubectl("get --raw=/readyz").complaint == text)
    #expect(
      try await bench.kubectl("get nodes", kubeconfig: false).complaint
        == "The connection to the server localhost:8080 was refused - did you specify the right host or port?")
  }

  @Test func theControlPlaneGoesOnWithoutItsKubelet() async throws {
    let bench = try await ClusterBench.initialized()
    try await bench.host.unitJob(.stop, "kubelet.service")
    #expect(try await bench.kubectl("get --raw=/readyz").succeeded)
    try await bench.host.unitJob(.start, "kubelet.service")
    #expect(try await bench.kubectl("get --raw=/readyz").succeeded)
  }

  @Test func aKubectlThatOnlyReadsIsNoOperation() async throws {
    let bench = try await ClusterBench.initialized()
    await bench.host.pause(seconds: 600)
    let (operations, machine) = (bench.host.operations, bench.host.machine)
    for words in ["nodes", "pods --all-namespaces", "events -n kube-system", "ds kube-proxy -n kube-system"] {
      _ = try await bench.get(words)
    }
    #expect(bench.host.operations == operations)
    #expect(bench.host.machine == machine)
  }
}
