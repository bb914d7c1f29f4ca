import Host
import Values

/// What the kubelet does with the pods of its node.
extension Machine {
  /// What keeps a pod from running, in the kubelet's words.
  struct Obstacle: Equatable {
    /// The reason of an event.
    var event: String
    var message: String
    /// What the container is said to wait for.
    var waiting = "ContainerCreating"
    /// What the container's state says of it, if not the same as the event.
    var explanation: String?
  }

  mutating func runPods(_ step: inout Step) {
    guard isRunning("kubelet.service"), isRunning("containerd.service"), kubernetes.kubelet != nil else { return }
    for pod in step.cluster.all("Pod") where pod.text("spec", "nodeName") == step.cluster.node {
      switch pod.text("status", "phase") {
      case "Pending": start(pod, &step)
      case "Running": restartAfterBoot(pod, &step)
      default: break
      }
    }
  }

  /// A pod that was assigned goes on until its containers run.
  private mutating func start(_ pod: Value, _ step: inout Step) {
    if pod.at("status", "startTime") == nil {
      if let (reason, message) = refusal(pod, step.cluster) { return fail(pod, reason, message, &step) }
      step.change(pod.id) { pod, time in pod.put(.string(Timestamp.text(time)), at: "status", "startTime") }
    }
    if let obstacle = obstacle(pod, step.cluster) {
      step.change(pod.id) { pod, time in
        Self.setContainers(&pod, ready: false) { _ in
          obstacle.waiting == "ContainerCreating"
            ? ["waiting": ["reason": "ContainerCreating"]]
            : [
              "waiting": [
                "message": .string(obstacle.explanation ?? obstacle.message), "reason": .string(obstacle.waiting),
              ]
            ]
        }
        Self.setStarted(&pod, isInitialized: false, isReady: false, at: time)
      }
      step.note(pod, obstacle.event, isWarning: true, obstacle.message, from: "kubelet")
      return
    }
    makeHostPaths(pod)
    guard let began = pod.condition("Initialized"), began.text("status") == "True",
      let since = began.text("lastTransitionTime").flatMap(Timestamp.read)
    else {
      step.change(pod.id) { pod, time in
        Self.setContainers(&pod, ready: false) { _ in ["waiting": ["reason": "ContainerCreating"]] }
        Self.setStarted(&pod, isInitialized: true, isReady: false, at: time)
      }
      _ = step.isOver(2, since: step.time)
      return
    }
    if step.isOver(2, since: since) { run(pod, &step) }
  }

  private mutating func run(_ pod: Value, _ step: inout Step) {
    let usesHostNetwork = pod.at("spec", "hostNetwork")?.boolean == true
    let octet = StableHash(pod.uid).value % 250 + 2
    let address = usesHostNetwork ? nodeAddress : "\(step.cluster.networkPrefix).0.\(octet)"
    let hostAddress = nodeAddress
    step.change(pod.id) { pod, time in
      let started: Value = ["running": ["startedAt": .string(Timestamp.text(time))]]
      Self.setContainers(&pod, ready: true) { _ in started }
      Self.setStarted(&pod, isInitialized: true, isReady: true, at: time)
      pod.put("Running", at: "status", "phase")
      pod.put(.string(hostAddress), at: "status", "hostIP")
      pod.put(.string(address), at: "status", "podIP")
      pod.put([["ip": .string(address)]], at: "status", "podIPs")
    }
    for container in pod.elements("spec", "containers") {
      let (name, image) = (container.text("name") ?? "", container.text("image") ?? "")
      step.note(pod, "Pulled", "Successfully pulled image \"\(image)\" in 1s", from: "kubelet")
      step.note(pod, "Created", "Created container \(name)", from: "kubelet")
      step.note(pod, "Started", "Started container \(name)", from: "kubelet")
    }
    podStarted(pod, &step)
  }

  /// Admission by the kubelet: a pod that it refuses has failed.
  private func refusal(_ pod: Value, _ cluster: Cluster) -> (reason: String, message: String)? {
    let allowed = kubernetes.kubelet?.allowedSysctls ?? []
    for sysctl in pod.at("spec", "securityContext")?.elements("sysctls") ?? [] {
      let name = sysctl.text("name") ?? ""
      guard !Self.safeSysctls.contains(name), !allowed.contains(where: { Glob($0).matches(name) }) else { continue }
      return (
        "SysctlForbidden",
        cluster.version.minor >= 21
          ? "forbidden sysctl: \"\(name)\" not allowlisted" : "forbidden sysctl: \"\(name)\" not whitelisted"
      )
    }
    return nil
  }

  /// Those that pods may always set (pkg/kubelet/sysctl/safe_sysctls.go).
  private static let safeSysctls: Set = [
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
  ]

  private func fail(_ pod: Value, _ reason: String, _ message: String, _ step: inout Step) {
    let prefix = step.cluster.version.minor < 25 ? "Pod " : "Pod was rejected: "
    step.change(pod.id) { pod, time in
      let quality = pod.at("status", "qosClass")
      pod.put(
        [
          "message": .string(prefix + message), "phase": "Failed", "reason": .string(reason),
          "startTime": .string(Timestamp.text(time)),
        ], at: "status")
      pod.put(quality, at: "status", "qosClass")
    }
    step.note(pod, reason, isWarning: true, message, from: "kubelet")
  }

  // MARK: Status

  private static func setContainers(_ pod: inout Value, ready: Bool, _ state: (Value) -> Value) {
    let former = pod.elements("status", "containerStatuses")
    let statuses = pod.elements("spec", "containers").map { container -> Value in
      var status =
        former.first { $0.text("name") == container.text("name") }
        ?? ["image": container["image"] ?? "", "imageID": "", "name": container["name"] ?? "", "restartCount": 0]
      status.put(.boolean(ready), at: "ready")
      status.put(.boolean(ready), at: "started")
      status.put(state(container), at: "state")
      if ready { status.put(.string("containerd://\(StableHash.digits("container \(pod.uid)"))"), at: "containerID") }
      return status
    }
    pod.put(.array(statuses), at: "status", "containerStatuses")
  }

  private static func setStarted(_ pod: inout Value, isInitialized: Bool, isReady: Bool, at time: Int) {
    let names = "[\(pod.elements("spec", "containers").compactMap { $0.text("name") }.joined(separator: " "))]"
    pod.setCondition(
      "Initialized", isInitialized, reason: isInitialized ? nil : "ContainersNotInitialized", at: time)
    for type in ["ContainersReady", "Ready"] {
      pod.setCondition(
        type, isReady, reason: isReady ? nil : "ContainersNotReady",
        message: isReady ? nil : "containers with unready status: \(names)", at: time)
    }
  }

  // MARK: After a boot

  /// Containers end with the machine. The API server shows them running until the kubelet has told otherwise.
  private mutating func restartAfterBoot(_ pod: Value, _ step: inout Step) {
    guard let booted = step.cluster.booted,
      let started = pod.elements("status", "containerStatuses").first?.at("state", "running")?.text("startedAt")
        .flatMap(Timestamp.read),
      started < booted, step.isOver(3, since: step.cluster.answers ?? step.time)
    else { return }
    if let name = shortage(pod, step.cluster) {
      let wanted = (Scheduling.requests(pod["spec"] ?? [:])[name] ?? 0) / 1000
      let offered = step.cluster["Node", "", step.cluster.node]?.at("status", "allocatable", name)
      let message =
        "Node didn't have enough resource: \(name), requested: \(wanted), used: 0, capacity: "
        + "\((Quantity.milli(offered) ?? 0) / 1000)"
      return fail(pod, "OutOf\(name)", message, &step)
    }
    let isStatic = pod.annotation("kubernetes.io/config.source") == "file"
    step.change(pod.id) { pod, time in
      var statuses = pod.elements("status", "containerStatuses")
      for index in statuses.indices {
        let count = statuses[index].number("restartCount") ?? 0
        statuses[index].put(.integer(count + 1), at: "restartCount")
      }
      pod.put(.array(statuses), at: "status", "containerStatuses")
      if isStatic {
        Self.setContainers(&pod, ready: true) { _ in ["running": ["startedAt": .string(Timestamp.text(time))]] }
      } else {
        Self.setContainers(&pod, ready: false) { _ in ["waiting": ["reason": "ContainerCreating"]] }
        Self.setStarted(&pod, isInitialized: false, isReady: false, at: time)
        pod.put("Pending", at: "status", "phase")
      }
    }
  }

  /// The first resource of which the node has less than a pod asks for.
  private func shortage(_ pod: Value, _ cluster: Cluster) -> String? {
    let allocatable = cluster["Node", "", cluster.node]?.at("status", "allocatable")?.map ?? [:]
    // Devices are told of only after their plugin runs again.
    return Scheduling.requests(pod["spec"] ?? [:]).filter { name, amount in
      !name.contains("/") && amount > Quantity.milli(allocatable[name]) ?? 0
    }.keys.min()
  }
}
