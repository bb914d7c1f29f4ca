import OrderedCollections
import Values

/// The Deployment, ReplicaSet and DaemonSet controllers: how many pods there shall be, and of which template.
extension Machine.Step {
  // MARK: Deployments

  mutating func deploy() {
    for deployment in cluster.all("Deployment") {
      let sets = replicaSets(of: deployment)
      let hash = hash(deployment)
      let current = sets.first { $0.label("pod-template-hash") == hash } ?? makeReplicaSet(deployment, hash)
      scale(deployment, current, sets.filter { $0.id != current.id })
    }
    for set in cluster.all("ReplicaSet") { fill(set) }
  }

  func replicaSets(of deployment: Value) -> [Value] {
    cluster.all("ReplicaSet", in: deployment.namespace).filter { $0.controller == deployment.uid }
  }

  private mutating func makeReplicaSet(_ deployment: Value, _ hash: String) -> Value {
    var template = deployment.at("spec", "template") ?? [:]
    template.put(.string(hash), at: "metadata", "labels", "pod-template-hash")
    var selector = deployment.at("spec", "selector") ?? [:]
    selector.put(.string(hash), at: "matchLabels", "pod-template-hash")
    let set: Value = [
      "apiVersion": "apps/v1", "kind": "ReplicaSet",
      "metadata": [
        "name": .string("\(deployment.name)-\(hash)"), "namespace": .string(deployment.namespace),
        "labels": template.at("metadata", "labels") ?? [:], "ownerReferences": [Self.owner(deployment)],
      ],
      "spec": ["replicas": 0, "selector": selector, "template": template],
    ]
    return cluster.store(set, at: time)
  }

  /// Old pods go as new ones become ready (`RollingUpdate`), or before them (`Recreate`).
  private mutating func scale(_ deployment: Value, _ current: Value, _ old: [Value]) {
    let wanted = deployment.number("spec", "replicas") ?? 1
    let oldPods = old.reduce(0) { $0 + pods(of: $1).count }
    var new = wanted
    var kept = 0
    if deployment.text("spec", "strategy", "type") == "Recreate" {
      if oldPods > 0 { new = 0 }
    } else {
      let limits = deployment.at("spec", "strategy", "rollingUpdate") ?? [:]
      let surge = Self.share(limits["maxSurge"], of: wanted, rounding: .up)
      let missing = Self.share(limits["maxUnavailable"], of: wanted, rounding: .down)
      let ready = pods(of: current).count { $0.isTrue("Ready") }
      new = min(wanted, max(pods(of: current).count, wanted + surge - oldPods))
      kept = min(oldPods, max(0, wanted - missing - ready))
    }
    setReplicas(current, new)
    for set in old.sorted(by: { $0.created < $1.created }) {
      let count = min(kept, pods(of: set).count)
      setReplicas(set, count)
      kept -= count
    }
  }

  private static func share(_ limit: Value?, of count: Int, rounding: FloatingPointRoundingRule) -> Int {
    if let number = limit?.integer { return number }
    guard let percent = limit?.string.flatMap({ Double($0.dropLast()) }) else { return 1 }
    return Int((Double(count) * percent / 100).rounded(rounding))
  }

  private mutating func setReplicas(_ set: Value, _ count: Int) {
    cluster.change(set.id, at: time) { $0.put(.integer(count), at: "spec", "replicas") }
  }

  // MARK: ReplicaSets

  /// The pods of a controller that still count.
  func pods(of owner: Value) -> [Value] {
    cluster.all("Pod", in: owner.namespace).filter {
      $0.controller == owner.uid && $0.text("status", "phase") != "Failed"
    }
  }

  private mutating func fill(_ set: Value) {
    guard let set = cluster.objects[set.id] else { return }
    let wanted = set.number("spec", "replicas") ?? 1
    var pods = pods(of: set).sorted { !$0.isTrue("Ready") && $1.isTrue("Ready") }
    while pods.count > wanted { cluster.delete(pods.removeFirst().id) }
    guard pods.count < wanted, !waitsAfterFailure(set) else { return }
    for _ in pods.count..<wanted { makePod(set, hash: nil) }
  }

  /// After a pod that failed, the next one comes after a while; of the failed ones the last one is kept.
  private mutating func waitsAfterFailure(_ owner: Value) -> Bool {
    let failed = cluster.all("Pod", in: owner.namespace)
      .filter { $0.controller == owner.uid && $0.text("status", "phase") == "Failed" }
      .sorted { $0.created < $1.created }
    for pod in failed.dropLast() { cluster.delete(pod.id) }
    guard let last = failed.last else { return false }
    return !isOver(10, since: last.created)
  }

  // MARK: DaemonSets

  mutating func runDaemons() {
    for daemon in cluster.all("DaemonSet") {
      let hash = hash(daemon)
      var present = pods(of: daemon)
      guard let node = cluster["Node", "", cluster.node], Self.shallRun(daemon, on: node) else {
        for pod in present { cluster.delete(pod.id) }
        continue
      }
      for pod in present where pod.label("controller-revision-hash") != hash {
        cluster.delete(pod.id)
        present.removeAll { $0.id == pod.id }
      }
      if present.isEmpty, !waitsAfterFailure(daemon) { makePod(daemon, hash: hash) }
    }
  }

  /// Whether a DaemonSet has a pod on the node at all.
  static func shallRun(_ daemon: Value, on node: Value) -> Bool {
    let spec = podSpec(of: daemon)
    return Scheduling.selects(spec, node) && Scheduling.intolerable(spec, node) == nil
  }

  private static let daemonTolerations: [(key: String, effect: String)] = [
    ("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"), ("pid-pressure", "NoSchedule"), ("unschedulable", "NoSchedule"),
    ("not-ready", "NoSchedule"), ("unreachable", "NoSchedule"), ("network-unavailable", "NoSchedule"),
  ]

  /// The specification of a workload's pods, with what its controller adds.
  private static func podSpec(of workload: Value) -> Value {
    var spec = workload.at("spec", "template", "spec") ?? [:]
    var tolerations = spec.elements("tolerations")
    if workload.kindName == "DaemonSet" {
      for (key, effect) in daemonTolerations {
        // That a node without a network runs a pod is only for those that need none.
        if key == "network-unavailable", spec["hostNetwork"]?.boolean != true { continue }
        tolerations.append([
          "effect": .string(effect), "key": .string("node.kubernetes.io/\(key)"), "operator": "Exists",
        ])
      }
    } else {
      for key in ["not-ready", "unreachable"] {
        tolerations.append([
          "effect": "NoExecute", "key": .string("node.kubernetes.io/\(key)"), "operator": "Exists",
          "tolerationSeconds": 300,
        ])
      }
    }
    spec.put(.array(tolerations), at: "tolerations")
    spec.fill("default", at: "serviceAccountName")
    spec.fill("default", at: "serviceAccount")
    return spec
  }

  // MARK: Pods

  /// Makes a pod of a workload, unless admission refuses it.
  private mutating func makePod(_ owner: Value, hash: String?) {
    let spec = Self.podSpec(of: owner)
    let account = spec.text("serviceAccountName") ?? "default"
    guard cluster["ServiceAccount", owner.namespace, account] != nil else {
      note(
        owner, "FailedCreate", isWarning: true,
        "Error creating: pods \"\(owner.name)-\" is forbidden: error looking up service account "
          + "\(owner.namespace)/\(account): serviceaccount \"\(account)\" not found",
        from: owner.kindName == "DaemonSet" ? "daemonset-controller" : "replicaset-controller")
      return
    }
    var metadata = owner.at("spec", "template", "metadata") ?? [:]
    metadata.put(.string("\(owner.name)-\(cluster.nextSuffix())"), at: "name")
    metadata.put(.string("\(owner.name)-"), at: "generateName")
    metadata.put(.string(owner.namespace), at: "namespace")
    metadata.put([Self.owner(owner)], at: "ownerReferences")
    if let hash { metadata.put(.string(hash), at: "labels", "controller-revision-hash") }
    var pod: Value = ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec]
    pod.put(["phase": "Pending", "qosClass": .string(Scheduling.quality(spec))], at: "status")
    let made = cluster.store(pod, at: time)
    note(
      owner, "SuccessfulCreate", "Created pod: \(made.name)",
      from: owner.kindName == "DaemonSet" ? "daemonset-controller" : "replicaset-controller")
  }

  static func owner(_ owner: Value) -> Value {
    [
      "apiVersion": .string(owner.apiVersion), "blockOwnerDeletion": true, "controller": true,
      "kind": .string(owner.kindName), "name": .string(owner.name), "uid": .string(owner.uid),
    ]
  }
}
