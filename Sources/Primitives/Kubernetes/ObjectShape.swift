import Values

/// Checks an object's shape before it is sent, so that a slip is told in the runbook's own words.
///
/// What every object has, and the fields of pods that are often written wrong; the rest is left to the API server.
struct ObjectShape {
  private let object: KubernetesObject
  private var problems: [String] = []

  /// What is wrong with `object`, the first thing first; nil if nothing is.
  ///
  /// - Parameter isWhole: whether it is to be sent, and not only to be found.
  static func problem(_ object: KubernetesObject, isWhole: Bool) -> String? {
    var shape = ObjectShape(object)
    shape.checkHead()
    if shape.problems.isEmpty, isWhole { shape.checkBody() }
    return shape.problems.first.map { "\(object.kind.isEmpty ? object.place : object.label): \($0)" }
  }

  private init(_ object: KubernetesObject) { self.object = object }

  private mutating func complain(_ path: String, _ expected: String, _ value: Value?) {
    problems.append("\(path): expected \(expected), got \((value ?? .null).shortText)")
  }

  // MARK: What every object has

  private mutating func checkHead() {
    let value = object.value
    guard value.map != nil else {
      problems.append("expected an object with apiVersion, kind and metadata, got \(value.shortText)")
      return
    }
    let parts = object.apiVersion.split(separator: "/", omittingEmptySubsequences: false)
    if !(1...2).contains(parts.count) || !parts.allSatisfy(KubernetesName.isSubdomain) {
      complain("apiVersion", "an API version such as \"apps/v1\"", value["apiVersion"])
    }
    if object.kind.first?.isUppercase != true || !object.kind.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    {
      complain("kind", "a kind such as \"Deployment\"", value["kind"])
    }
    guard let metadata = value["metadata"], metadata.map != nil else {
      complain("metadata", "a table with a name", value["metadata"])
      return
    }
    checkName(metadata["name"])
    if let namespace = metadata["namespace"], namespace.string.map(KubernetesName.isLabel) != true {
      complain("metadata.namespace", NamespaceName.typeName, namespace)
    }
    checkTexts("metadata.labels", metadata["labels"], areLabels: true)
    checkTexts("metadata.annotations", metadata["annotations"], areLabels: false)
    checkPlain(value, "")
  }

  private mutating func checkName(_ name: Value?) {
    // Roles may be called what a path allows.
    let isRole = object.group == "rbac.authorization.k8s.io"
    guard let text = name?.string, isRole ? KubernetesName.isPathSegment(text) : KubernetesName.isSubdomain(text) else {
      complain("metadata.name", "a name of lower case letters, digits, '-' and '.'", name)
      return
    }
  }

  /// Nothing that JSON cannot say.
  private mutating func checkPlain(_ value: Value, _ path: String) {
    switch value {
    case .map(let map): for (key, child) in map { checkPlain(child, path.isEmpty ? key : "\(path).\(key)") }
    case .array(let array): for (index, child) in array.enumerated() { checkPlain(child, "\(path)[\(index + 1)]") }
    case .bytes, .handle: complain(path, "plain data", value)
    case .float(let float) where !float.isFinite: complain(path, "a number", value)
    default: break
    }
  }

  private mutating func checkTexts(_ path: String, _ value: Value?, areLabels: Bool) {
    guard let value, !value.isEmptyTable else { return }
    guard let map = value.map else { return complain(path, "a table of strings", value) }
    for (key, text) in map {
      if !KubernetesName.isKey(key) {
        problems.append("\(path): '\(key)' is no name of a \(areLabels ? "label" : "annotation")")
      }
      guard let text = text.string else {
        complain("\(path).\(key)", "a string", text)
        continue
      }
      if areLabels, !KubernetesName.isLabelValue(text) {
        problems.append("\(path).\(key): \(Value.string(text).shortText) cannot be the value of a label")
      }
    }
  }

  // MARK: Fields of well-known kinds

  private mutating func checkBody() {
    let value = object.value
    switch (object.group, object.kind) {
    case ("", "ConfigMap"):
      guard let data = value["data"], !data.isEmptyTable else { return }
      guard let map = data.map else { return complain("data", "a table of strings", data) }
      for (key, text) in map where text.string == nil { complain("data.\(key)", "a string", text) }
    case ("apps", "Deployment"), ("apps", "DaemonSet"), ("apps", "StatefulSet"), ("apps", "ReplicaSet"):
      checkWorkload(value["spec"] ?? .null)
    case ("batch", "Job"): checkPod(value["spec"]?["template"]?["spec"] ?? .null, "spec.template.spec")
    case ("", "Pod"): checkPod(value["spec"] ?? .null, "spec")
    default: break
    }
  }

  private mutating func checkWorkload(_ spec: Value) {
    guard spec.map != nil else { return complain("spec", "a table", spec) }
    if let replicas = spec["replicas"], replicas.integer.map({ $0 >= 0 }) != true {
      complain("spec.replicas", "a number of pods", replicas)
    }
    checkTexts("spec.template.metadata.labels", spec["template", "metadata", "labels"], areLabels: true)
    checkTexts("spec.template.metadata.annotations", spec["template", "metadata", "annotations"], areLabels: false)
    let labels = spec["template", "metadata", "labels"]?.map ?? [:]
    for (key, wanted) in spec["selector", "matchLabels"]?.map ?? [:] where labels[key] != wanted {
      complain("spec.template.metadata.labels.\(key)", "\(wanted.shortText) as the selector has it", labels[key])
    }
    checkPod(spec["template", "spec"] ?? .null, "spec.template.spec", hasClaims: spec["volumeClaimTemplates"] != nil)
  }

  private mutating func checkPod(_ spec: Value, _ path: String, hasClaims: Bool = false) {
    guard spec.map != nil else { return complain(path, "a table", spec) }
    guard let containers = spec["containers"]?.array, !containers.isEmpty else {
      return complain("\(path).containers", "a list of containers", spec["containers"])
    }
    let volumes = Set((spec["volumes"]?.array ?? []).compactMap { $0["name"]?.string })
    for (field, list) in [("containers", containers), ("initContainers", spec["initContainers"]?.array ?? [])] {
      for (index, container) in list.enumerated() {
        checkContainer(container, "\(path).\(field)[\(index + 1)]", volumes: hasClaims ? nil : volumes)
      }
    }
  }

  private mutating func checkContainer(_ container: Value, _ path: String, volumes: Set<String>?) {
    if container["name"]?.string.map(KubernetesName.isLabel) != true {
      complain("\(path).name", "a name of lower case letters, digits and '-'", container["name"])
    }
    if container["image"]?.string?.isEmpty != false { complain("\(path).image", "an image", container["image"]) }
    for field in ["args", "command"] {
      for (index, word) in (container[field]?.array ?? []).enumerated() where word.string == nil {
        complain("\(path).\(field)[\(index + 1)]", "a string", word)
      }
    }
    for (index, variable) in (container["env"]?.array ?? []).enumerated() {
      if let value = variable["value"], value.string == nil {
        complain("\(path).env[\(index + 1)].value", "a string", value)
      }
    }
    for field in ["limits", "requests"] {
      for (name, quantity) in container["resources", field]?.map ?? [:] where !quantity.isQuantity {
        complain("\(path).resources.\(field).\(name)", "a quantity such as 4, \"500m\" or \"8Gi\"", quantity)
      }
    }
    for (index, mount) in (container["volumeMounts"]?.array ?? []).enumerated() {
      guard let volumes, let name = mount["name"]?.string, !volumes.contains(name) else { continue }
      problems.append("\(path).volumeMounts[\(index + 1)].name: the pod has no volume \(Value.string(name).shortText)")
    }
  }
}

extension Value {
  /// Whether it is a table without entries, which may be a list or a map.
  var isEmptyTable: Bool { map?.isEmpty ?? array?.isEmpty ?? isNull }

  /// Whether it is a quantity as Kubernetes writes them: `4`, `"500m"`, `"8Gi"`.
  fileprivate var isQuantity: Bool { Quantity(self) != nil }
}
