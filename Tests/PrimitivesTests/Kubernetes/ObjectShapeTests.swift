import Testing
import Values

@testable import Primitives

/// What is told of objects before any is sent.
struct ObjectShapeTests {
  private func problem(_ object: Value) -> String { complaint(of: KubeApply.self, ["objects": [object]]) }

  private func changed(_ path: String..., to value: Value?) -> String {
    var object = Objects.deployment()
    var template = object["spec", "template", "spec"] ?? [:]
    var container = template["containers"]?.array?.first ?? [:]
    switch path.count {
    case 1: container.set(path[0], to: value)
    default: container.set(path[0], path[1], to: value)
    }
    template.set("containers", to: [container])
    object.set("spec", "template", "spec", to: template)
    return problem(object)
  }

  @Test func goodOnes() {
    for object in [
      Objects.deployment(), Objects.daemon("d"), Objects.map("a", [:]), Objects.policy, Objects.network,
      ["apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": ["name": "system:A"]],
    ] as [Value] {
      #expect(problem(object) == "")
    }
    #expect(changed("resources", "limits", to: ["cpu": 4, "memory": "1.5Gi", "hugepages-1Gi": "8Gi"]) == "")
    #expect(changed("args", to: [:]) == "", "an empty Lua table is a list too")
  }

  @Test func theHead() {
    #expect(
      problem(["kind": "ConfigMap", "metadata": ["name": "a"]])
        == #"kube.apply: objects[1] (ConfigMap a): apiVersion: expected an API version such as "apps/v1", got nil"#)
    #expect(problem("x") == #"kube.apply: objects[1]: expected an object with apiVersion, kind and metadata, got "x""#)
    #expect(
      problem(["apiVersion": "v1", "kind": "pod", "metadata": ["name": "a"]]).contains(
        #"kind: expected a kind such as "Deployment", got "pod""#))
    #expect(problem(["apiVersion": "v1", "kind": "Pod"]).contains("metadata: expected a table with a name, got nil"))
    for name in ["A_b", "-a", "a.", "", "a/b"] {
      #expect(
        problem(Objects.map(name, [:])).contains("metadata.name: expected a name of lower case letters"), "\(name)")
    }
    #expect(problem(Objects.map("a", [:], namespace: "a.b")).contains("metadata.namespace: expected namespace such as"))
  }

  @Test func labelsAndAnnotations() {
    var map = Objects.map("a", [:])
    map.set("metadata", "labels", to: ["a/b/c": "x"])
    #expect(problem(map).hasSuffix("metadata.labels: 'a/b/c' is no name of a label"))
    map.set("metadata", "labels", to: ["k": "a b"])
    #expect(problem(map).hasSuffix(#"metadata.labels.k: "a b" cannot be the value of a label"#))
    map.set("metadata", "labels", to: ["k": 1])
    #expect(problem(map).hasSuffix("metadata.labels.k: expected a string, got 1"))
    map.set("metadata", "labels", to: [:])
    map.set("metadata", "annotations", to: ["example.org/k": "any text"])
    #expect(problem(map) == "")
  }

  @Test func podsAndWorkloads() {
    #expect(changed("image", to: nil).hasSuffix("spec.template.spec.containers[1].image: expected an image, got nil"))
    #expect(changed("name", to: "A").contains("containers[1].name: expected a name of lower case letters"))
    #expect(changed("args", to: ["--v", 4]).hasSuffix("containers[1].args[2]: expected a string, got 4"))
    #expect(
      changed("env", to: [["name": "A", "value": true]]).hasSuffix("env[1].value: expected a string, got true"))
    #expect(
      changed("resources", "limits", to: ["memory": "8GiB"]).hasSuffix(
        #"resources.limits.memory: expected a quantity such as 4, "500m" or "8Gi", got "8GiB""#))
    #expect(
      changed("volumeMounts", to: [["name": "v", "mountPath": "/v"]]).hasSuffix(
        #"volumeMounts[1].name: the pod has no volume "v""#))
    var object = Objects.deployment()
    object.set("spec", "selector", "matchLabels", to: ["app": "other"])
    #expect(
      problem(object).hasSuffix(#"template.metadata.labels.app: expected "other" as the selector has it, got "vsr""#))
    object = Objects.deployment()
    object.set("spec", "replicas", to: -1)
    #expect(problem(object).hasSuffix("spec.replicas: expected a number of pods, got -1"))
    object.set("spec", to: nil)
    #expect(problem(object).hasSuffix("spec: expected a table, got nil"))
    #expect(problem(Objects.map("a", ["n": 5])).hasSuffix("data.n: expected a string, got 5"))
    #expect(problem(Objects.map("a", ["n": .float(.nan)])).contains("data.n: expected a number"))
  }

  /// Bytes are no text, and those of a Secret are said nowhere.
  @Test func whatASecretHoldsIsNotSaid() {
    let text = problem(Objects.secret("s", ["k": .bytes(Array("hunter2".utf8) + [0xff])]))
    #expect(text.hasSuffix("data.k: expected plain data, got <8 bytes>"))
    #expect(!text.contains("hunter2"))
  }

  // MARK: Lists of objects

  private func objects(_ manifest: String, namespace: String? = nil) throws -> [KubernetesObject] {
    try ObjectList("kube.apply", objects: nil, manifest: manifest, namespace: namespace.map { NamespaceName($0) })
      .objects
  }

  @Test func documentsOfAManifest() throws {
    let manifest = """
      # comment
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: a}
      ---
      apiVersion: v1
      kind: List
      items:
      - {apiVersion: v1, kind: Namespace, metadata: {name: n}}
      - {apiVersion: example.org/v1, kind: Own, metadata: {name: o}}
      """
    #expect(try objects(manifest).map(\.id) == ["ConfigMap default/a", "Namespace n", "Own o"])
    #expect(
      try objects(manifest, namespace: "x").map(\.id) == ["ConfigMap x/a", "Namespace n", "Own x/o"],
      "a kind of its own lives where it is said")
    #expect(
      try objects(manifest).map(\.place) == [
        "manifest, line 3", "manifest, line 7, items[1]", "manifest, line 7, items[2]",
      ])
  }

  @Test func emptyTablesNullsAndNumbers() throws {
    let list = try ObjectList(
      "kube.apply",
      objects: [
        [
          "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p", "labels": nil],
          "spec": [
            "volumes": [:], "securityContext": [:], "nodeName": nil,
            "containers": [
              ["name": "c", "image": "i", "args": [:], "resources": ["limits": ["cpu": 4, "memory": 1.5]]]
            ],
          ],
        ]
      ], manifest: nil, namespace: nil)
    #expect(
      list.objects.first?.value["spec"] == [
        "volumes": [], "securityContext": [:],
        "containers": [
          ["name": "c", "image": "i", "args": [], "resources": ["limits": ["cpu": "4", "memory": "1.5"]]]
        ],
      ])
    #expect(list.objects.first?.value["metadata"] == ["name": "p", "namespace": "default"])
  }

  @Test func whatASchemaSaysIsLeftAsItIs() throws {
    let schema: Value = ["openAPIV3Schema": ["properties": ["rules": [:], "limits": ["maximum": 4]]]]
    let definition: Value = [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": "widgets.example.org"], "spec": ["versions": [["name": "v1", "schema": schema]]],
    ]
    let list = try ObjectList("kube.apply", objects: [definition], manifest: nil, namespace: nil)
    #expect(list.objects.first?.value["spec"] == definition["spec"])
  }

  @Test func callsThatAreNone() {
    let map = Objects.map("a", [:])
    let either = "kube.apply: give one of objects = { … } (tables) and manifest = \"…\" (YAML)"
    #expect(complaint(of: KubeApply.self, [:]) == either)
    #expect(complaint(of: KubeApply.self, ["objects": [map], "manifest": "x"]) == either)
    #expect(complaint(of: KubeApply.self, ["objects": []]).contains("argument 'objects': expected one object at least"))
    #expect(complaint(of: KubeApply.self, ["manifest": "---\n"]).contains("argument 'manifest': expected one object"))
    #expect(complaint(of: KubeApply.self, ["manifest": "a: ["]).contains("argument 'manifest': "))
    #expect(
      complaint(of: KubeApply.self, ["objects": [map, map]])
        == "kube.apply: objects[2] (ConfigMap a): it stands twice, at objects[1] too")
  }
}
