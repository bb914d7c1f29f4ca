import Values
import YAML

extension MachineReader {
  static let kubernetesKeys = [
    "version", "node", "pod_network", "images", "cri_socket", "missing_images", "objects", "absent", "kubelet",
    "devices",
    "state", "unknown",
  ]
  static let clusterStateKeys = ["answers", "booted", "due", "revision", "serial"]

  private func kubernetesFields() throws(YAMLError) -> Fields? {
    try fields["kubernetes"].map { node throws(YAMLError) in try Fields(node, "kubernetes", Self.kubernetesKeys) }
  }

  /// Reads which cluster there is; what runs of it needs the files and units.
  mutating func readKubernetes() throws(YAMLError) {
    guard let kubernetes = try kubernetesFields() else { return }
    machine.kubernetes.missingImages = try kubernetes.texts("missing_images")
    machine.kubernetes.isUnknown = try kubernetes.flag("unknown") ?? false
    for entry in try kubernetes.entries("devices") {
      guard let count = entry.value.scalar?.value.integer, count >= 0 else {
        throw YAMLError(entry.value, "'devices' has a number for each resource, got \(entry.value.shown)")
      }
      machine.kubernetes.devices[entry.name] = count
    }
    guard let text = try kubernetes.text("version") else {
      if let node = kubernetes["objects"] ?? kubernetes["absent"] ?? kubernetes["state"] {
        throw YAMLError(node, "objects are those of a cluster", hint: "give its 'version' too, such as v1.24.0")
      }
      return
    }
    guard let version = KubernetesVersion(text) else {
      throw YAMLError(kubernetes.node, "'version' is one of Kubernetes, such as v1.24.0, got '\(text)'")
    }
    var cluster = Cluster(version: version, node: try kubernetes.text("node") ?? machine.name.lowercased())
    cluster.podNetwork = try kubernetes.text("pod_network") ?? ""
    cluster.images = try kubernetes.text("images")
    cluster.criSocket = try kubernetes.text("cri_socket") ?? cluster.criSocket
    machine.kubernetes.cluster = cluster
  }

  /// Reads what the cluster holds and how far it is.
  mutating func readKubernetesState() throws(YAMLError) {
    guard let kubernetes = try kubernetesFields() else { return }
    machine.kubernetes.kubelet = try kubernetes["kubelet"].map(KubeletFindings.init)
    guard var cluster = machine.kubernetes.cluster?.ordinary else { return }
    for node in try kubernetes.list("absent") {
      let name = try node.plainText("absent")
      guard let id = cluster.objects.ids.first(where: { "\($0)" == name }) else {
        throw YAMLError(
          node, "a cluster made by kubeadm has no '\(name)'",
          hint: "write KIND NAMESPACE/NAME, such as 'ConfigMap kube-system/kubeadm-config'")
      }
      cluster.objects[id] = nil
    }
    for node in try kubernetes.list("objects") {
      let object = node.value
      guard object["metadata"]?.map != nil, !object.name.isEmpty, !object.kindName.isEmpty, !object.apiVersion.isEmpty
      else {
        throw YAMLError(node, "an object has apiVersion, kind and metadata with a name, as a manifest has them")
      }
      cluster.describe(placed(object))
    }
    let isUp =
      machine.isRunning("kubelet.service") && machine.isRunning("containerd.service")
      && machine.files.node("/etc/kubernetes/manifests/kube-apiserver.yaml") != nil
    cluster.answers = isUp ? Cluster.longAgo : nil
    try readState(kubernetes, &cluster)
    machine.kubernetes.cluster = cluster
  }

  /// An object without a namespace, of a kind that has them, is in the default one.
  private func placed(_ object: Value) -> Value {
    let isNamespaced = ResourceKind.builtin.first { $0.group == object.group && $0.kind == object.kindName }?
      .isNamespaced
    guard object.namespace.isEmpty, isNamespaced ?? true else { return object }
    var object = object
    object.put("default", at: "metadata", "namespace")
    return object
  }

  private func readState(_ kubernetes: Fields, _ cluster: inout Cluster) throws(YAMLError) {
    guard let node = kubernetes["state"] else { return }
    let state = try Fields(node, "the state of a cluster", Self.clusterStateKeys)
    if state["answers"]?.text == "never" {
      cluster.answers = nil
    } else {
      cluster.answers = try state.integer("answers") ?? cluster.answers
    }
    cluster.booted = try state.integer("booted")
    if state["due"]?.text == "never" {
      cluster.due = nil
    } else {
      cluster.due = try state.integer("due") ?? cluster.due
    }
    cluster.revision = try state.integer("revision") ?? cluster.revision
    cluster.serial = try state.integer("serial") ?? cluster.serial
  }

  mutating func readFirewall() throws(YAMLError) {
    for entry in try fields.entries("firewall") {
      guard let family = Firewall.Family(rawValue: entry.name) else {
        throw YAMLError(entry.key, "the firewall has rules for ipv4 and ipv6, got '\(entry.name)'")
      }
      machine.firewall.restore(try entry.value.plainText(entry.name), family)
    }
  }
}

extension KubeletFindings {
  init(_ node: YAMLNode) throws(YAMLError) {
    let fields = try Fields(node, "what the kubelet found", ["cpus", "reserved", "memory", "hugepages", "sysctls"])
    self.init()
    cpus = try fields.integer("cpus", in: 0...1 << 20) ?? 0
    reserved = try fields.integer("reserved", in: 0...1 << 30) ?? 0
    memory = try fields.size("memory") ?? 0
    allowedSysctls = try fields.texts("sysctls")
    for entry in try fields.entries("hugepages") {
      guard let count = entry.value.scalar?.value.integer, (0...1 << 30).contains(count) else {
        throw YAMLError(entry.value, "'hugepages' has a number of pages for each size, got \(entry.value.shown)")
      }
      hugePages[try entry.key.size("hugepages")] = count
    }
  }

  var value: Value {
    var pages: ValueMap = [:]
    for (size, count) in hugePages.sorted(by: { $0.key < $1.key }) { pages[ByteCount.text(size)] = .integer(count) }
    return [
      "cpus": .integer(cpus), "reserved": .integer(reserved), "memory": .string(ByteCount.text(memory)),
      "hugepages": .map(pages), "sysctls": .array(allowedSysctls.map(Value.string)),
    ]
  }
}
