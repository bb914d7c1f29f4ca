import Values

extension Machine.Step {
  /// What Deployments, ReplicaSets and DaemonSets say of themselves.
  mutating func reportWorkloads() {
    for set in cluster.all("ReplicaSet") {
      let pods = pods(of: set)
      let ready = pods.count { $0.isTrue("Ready") }
      let generation = set.number("metadata", "generation") ?? 1
      change(set.id) { set, _ in
        Self.report(
          &set,
          [
            ("availableReplicas", ready), ("fullyLabeledReplicas", pods.count), ("observedGeneration", generation),
            ("readyReplicas", ready),
          ], always: [("replicas", pods.count)])
      }
    }
    for deployment in cluster.all("Deployment") { report(deployment) }
    for daemon in cluster.all("DaemonSet") { reportDaemon(daemon) }
  }

  /// Go leaves numbers that are zero away.
  private static func report(_ object: inout Value, _ numbers: [(String, Int)], always: [(String, Int)]) {
    for (key, number) in numbers { object.put(number == 0 ? nil : .integer(number), at: "status", key) }
    for (key, number) in always { object.put(.integer(number), at: "status", key) }
  }

  private mutating func report(_ deployment: Value) {
    let sets = replicaSets(of: deployment)
    let hash = hash(deployment)
    let wanted = deployment.number("spec", "replicas") ?? 1
    let all = sets.flatMap { pods(of: $0) }
    let updated = all.filter { $0.label("pod-template-hash") == hash }
    let ready = all.count { $0.isTrue("Ready") }
    let current = sets.first { $0.label("pod-template-hash") == hash }
    let failure = current.flatMap { set in
      updated.count < wanted
        ? cluster.all("Event", in: set.namespace).first {
          $0.text("involvedObject", "uid") == set.uid && $0.text("reason") == "FailedCreate"
        }?.text("message") : nil
    }
    let unavailable = deployment.at("spec", "strategy", "type")?.string == "Recreate" ? 0 : wanted / 4
    let isComplete = updated.count { $0.isTrue("Ready") } >= wanted
    let began = current?.created ?? deployment.created
    let isLate = !isComplete && isOver(deployment.number("spec", "progressDeadlineSeconds") ?? 600, since: began)
    let name = current?.name ?? deployment.name
    let generation = deployment.number("metadata", "generation") ?? 1
    change(deployment.id) { deployment, time in
      Self.report(
        &deployment,
        [
          ("availableReplicas", ready), ("observedGeneration", generation), ("readyReplicas", ready),
          ("replicas", all.count), ("unavailableReplicas", max(0, wanted - ready)), ("updatedReplicas", updated.count),
        ], always: [])
      let isAvailable = ready >= wanted - unavailable
      deployment.setCondition(
        "Available", isAvailable, reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: isAvailable
          ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
        at: time)
      let (reason, message) =
        isComplete
        ? ("NewReplicaSetAvailable", "ReplicaSet \"\(name)\" has successfully progressed.")
        : isLate
          ? ("ProgressDeadlineExceeded", "ReplicaSet \"\(name)\" has timed out progressing.")
          : ("ReplicaSetUpdated", "ReplicaSet \"\(name)\" is progressing.")
      deployment.setCondition("Progressing", !isLate, reason: reason, message: message, at: time)
      if let failure {
        deployment.setCondition(
          "ReplicaFailure", true, reason: "FailedCreate", message: failure.dropPrefix("Error creating: "), at: time)
      } else {
        let conditions = deployment.elements("status", "conditions").filter { $0.text("type") != "ReplicaFailure" }
        deployment.put(.array(conditions), at: "status", "conditions")
      }
    }
  }

  private mutating func reportDaemon(_ daemon: Value) {
    let node = cluster["Node", "", cluster.node]
    let wanted = node.map { Self.shallRun(daemon, on: $0) } == true ? 1 : 0
    let pods = pods(of: daemon)
    let hash = hash(daemon)
    let ready = pods.count { $0.isTrue("Ready") }
    let generation = daemon.number("metadata", "generation") ?? 1
    change(daemon.id) { daemon, _ in
      Self.report(
        &daemon,
        [
          ("numberAvailable", ready), ("numberUnavailable", wanted - ready), ("observedGeneration", generation),
          ("updatedNumberScheduled", pods.count { $0.label("controller-revision-hash") == hash }),
        ],
        always: [
          ("currentNumberScheduled", pods.count), ("desiredNumberScheduled", wanted), ("numberMisscheduled", 0),
          ("numberReady", ready),
        ])
    }
  }
}

extension String {
  func dropPrefix(_ prefix: String) -> String { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self }
}
