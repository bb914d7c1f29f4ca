import OrderedCollections
import Values

extension MachineWriter {
  var kubernetes: ValueMap {
    let kubernetes = machine.kubernetes
    var map: ValueMap = [:]
    if !kubernetes.missingImages.isEmpty { map["missing_images"] = .array(kubernetes.missingImages.map(Value.string)) }
    if kubernetes.isUnknown { map["unknown"] = true }
    if let cluster = kubernetes.cluster { describe(cluster, &map) }
    if let kubelet = kubernetes.kubelet { map["kubelet"] = kubelet.value }
    if !kubernetes.devices.isEmpty {
      map["devices"] = .map(
        ValueMap(
          uniqueKeysWithValues: kubernetes.devices.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
    }
    return map
  }

  private func describe(_ cluster: Cluster, _ map: inout ValueMap) {
    let ordinary = cluster.ordinary
    map["version"] = .string("\(cluster.version)")
    if cluster.node != machine.name.lowercased() { map["node"] = .string(cluster.node) }
    if !cluster.podNetwork.isEmpty { map["pod_network"] = .string(cluster.podNetwork) }
    if let images = cluster.images { map["images"] = .string(images) }
    if cluster.criSocket != Cluster.ordinarySocket { map["cri_socket"] = .string(cluster.criSocket) }
    let absent = ordinary.objects.ids.filter { cluster.objects[$0] == nil }
    if !absent.isEmpty { map["absent"] = .array(absent.map { .string("\($0)") }) }
    let more = cluster.objects.ids.filter { ordinary.objects[$0] != cluster.objects[$0] }
    if !more.isEmpty { map["objects"] = .array(more.compactMap { cluster.objects[$0].map(cluster.compact) }) }
    let state = state(cluster)
    if !state.isEmpty { map["state"] = .map(state) }
  }

  /// How far the cluster is, where it is not as long at rest as the machine's description is old.
  private func state(_ cluster: Cluster) -> ValueMap {
    let isUp =
      machine.isRunning("kubelet.service") && machine.isRunning("containerd.service")
      && machine.files.node("/etc/kubernetes/manifests/kube-apiserver.yaml") != nil
    var state: ValueMap = [:]
    if cluster.answers != (isUp ? Cluster.longAgo : nil) {
      state["answers"] = cluster.answers.map(Value.integer) ?? "never"
    }
    if let booted = cluster.booted { state["booted"] = .integer(booted) }
    if cluster.due != Cluster.longAgo { state["due"] = cluster.due.map(Value.integer) ?? "never" }
    if cluster.revision != Cluster.firstRevision { state["revision"] = .integer(cluster.revision) }
    if cluster.serial != 0 { state["serial"] = .integer(cluster.serial) }
    return state
  }

  var firewall: ValueMap {
    var map: ValueMap = [:]
    for family in Firewall.Family.allCases {
      let text = machine.firewall.text(family)
      if !text.isEmpty { map[family.rawValue] = .string(text) }
    }
    return map
  }
}
