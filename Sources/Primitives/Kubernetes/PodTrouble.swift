import Values

/// Why a pod is not Ready, from its status and the events about it, and what to do.
enum PodTrouble {
  /// - Parameter events: those about the pod, the newest first.
  static func reason(_ pod: Pod, events: [ClusterEvent], boot: Int?) -> Waiting.Reason {
    var reason = state(pod, events, boot)
    reason.text = "pod \(pod.name): \(reason.text)"
    if let warning = events.first(where: \.isWarning), !reason.text.contains(warning.message) {
      reason.text += "; newest warning: \(warning.text)"
    }
    return reason
  }

  private static func state(_ pod: Pod, _ events: [ClusterEvent], _ boot: Int?) -> Waiting.Reason {
    if pod.isOver {
      let text = [pod.object["status", "reason"]?.string, pod.object["status", "message"]?.string].compactMap { $0 }
      let words = text.isEmpty ? pod.phase : text.joined(separator: ": ")
      return .init(text: "\(pod.phase): \(words)", hint: admissionHint(words))
    }
    if let scheduled = pod.condition("PodScheduled"), scheduled["status"] == "False" {
      let message = scheduled["message"]?.string ?? "no node was found for it"
      return .init(text: message, hint: schedulingHint(message))
    }
    let waiting = pod.allStatuses.first { $0["state", "waiting"] != nil }
    if let waiting { return containerWaits(waiting, events) }
    if let ended = pod.statuses.first(where: { $0["state", "terminated"] != nil }) {
      let why = ended["state", "terminated", "reason"]?.string ?? "ended"
      return .init(
        text: "container \(ended["name"]?.string ?? ""): \(why)", hint: "`kubectl logs --previous` of the pod says why")
    }
    if pod.condition("Ready")?["status"] == "True" {
      return .init(
        text: "its status is from before the reboot", hint: "`journalctl -u kubelet -e`: has the kubelet started?")
    }
    if pod.statuses.isEmpty {
      let text =
        pod.node == nil ? "Pending: waits for the scheduler" : "Pending: waits for the kubelet of \(pod.node ?? "")"
      return .init(text: text, hint: sandboxHint(events) ?? "`journalctl -u kubelet -e` says more")
    }
    return .init(text: "\(pod.phase), but not Ready", hint: "`kubectl describe pod` and `kubectl logs` say more")
  }

  // MARK: The scheduler

  private static func schedulingHint(_ message: String) -> String {
    if let resource = word(after: "Insufficient ", in: message) {
      if resource.hasPrefix("hugepages-") {
        return
          "the node has too few free huge pages of that size: reserve more (hugepages.reserve) and restart the kubelet, which counts them when it starts; a second pod takes its own"
      }
      if resource.contains("/") {
        return
          "no device plugin offers enough of \(resource): are the VFs there and bound, does the ConfigMap select them, is the plugin's DaemonSet ready (kube.wait_resource)?"
      }
      return "ask for less \(resource), or give the node more; what the kubelet reserves does not count"
    }
    if message.contains("taint") { return "a taint keeps pods away: kube.untaint takes it off" }
    if message.contains("match") {
      return "the pod's node selector or affinity fits no node: compare the nodes' labels"
    }
    return "`kubectl describe nodes` shows what there is"
  }

  private static func word(after sign: String, in text: String) -> String? {
    guard let range = text.firstRange(of: sign) else { return nil }
    let word = text[range.upperBound...].prefix { $0 != "," && !$0.isWhitespace }
    return String(word.last == "." ? word.dropLast() : word)
  }

  // MARK: The kubelet

  private static func containerWaits(_ status: Value, _ events: [ClusterEvent]) -> Waiting.Reason {
    let reason = status["state", "waiting", "reason"]?.string ?? ""
    let message = status["state", "waiting", "message"]?.string.map { ": \($0)" } ?? ""
    let container = status["name"]?.string ?? ""
    let image = status["image"]?.string ?? ""
    let hint: String?
    switch reason {
    case "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName":
      hint =
        events.contains { $0.reason == "FailedToRetrieveImagePullSecret" }
        ? "the pull secret that the pod names is missing: make it by kube.secret in its namespace"
        : "is the image \(image) right, can the registry be reached, and is the pull secret right (kube.secret)?"
    case "CreateContainerConfigError": hint = "make the Secret or ConfigMap that is missing"
    case "CrashLoopBackOff": hint = "`kubectl logs --previous` of the pod says why it ends"
    case "ContainerCreating", "PodInitializing": hint = sandboxHint(events)
    default: hint = nil
    }
    return .init(text: "container \(container): \(reason)\(message)", hint: hint ?? "`kubectl describe pod` says more")
  }

  private static func sandboxHint(_ events: [ClusterEvent]) -> String? {
    guard let event = events.first(where: { ["FailedCreatePodSandBox", "FailedMount"].contains($0.reason) }) else {
      return nil
    }
    if event.reason == "FailedMount" { return "a volume is missing: its host path, ConfigMap or Secret" }
    return
      "the network plugins failed: see the NetworkAttachmentDefinitions that the pod names, /etc/cni/net.d and /opt/cni/bin"
  }

  private static func admissionHint(_ words: String) -> String? {
    if words.contains("SysctlForbidden") {
      return
        "the kubelet does not allow these sysctls: --allowed-unsafe-sysctls=net.* (allowedUnsafeSysctls), then restart it"
    }
    if words.contains("TopologyAffinityError") {
      return "CPUs, huge pages and devices of one NUMA node do not suffice: see the kubelet's topology manager policy"
    }
    return "`kubectl describe pod` says more; a new pod is made by its Deployment"
  }

  // MARK: Admission

  /// Why there is no pod at all, from the warnings of those who should have made one, the newest first.
  static func absence(_ what: String, _ events: [ClusterEvent]) -> Waiting.Reason {
    guard let event = events.first(where: { $0.isWarning && $0.reason == "FailedCreate" }) else {
      return .init(
        text: "no pod \(what) is there yet",
        hint: "is its Deployment or DaemonSet applied, and is the controller manager up?")
    }
    return .init(text: "no pod \(what) can be made: \(event.text)", hint: refusalHint(event.message))
  }

  private static func refusalHint(_ message: String) -> String {
    if message.contains("capability may not be added") {
      let capabilities = refusedCapabilities(message)
      return
        "the PodSecurityPolicy admits no added capabilities: the documented one has no allowedCapabilities; add allowedCapabilities: [\(capabilities)] to its spec"
    }
    if message.contains("PodSecurityPolicy") {
      return
        "no PodSecurityPolicy that the pod's ServiceAccount may use admits it: see its spec, and the ClusterRoleBinding"
    }
    if message.contains("violates PodSecurity") {
      return "label the namespace pod-security.kubernetes.io/enforce=privileged"
    }
    if message.contains("serviceaccount") { return "apply the ServiceAccount that the pod names" }
    if message.contains("exceeded quota") { return "raise the namespace's ResourceQuota" }
    return "change the pod's template, or what refuses it"
  }

  /// `…capabilities.add: Invalid value: "NET_ADMIN": capability may not be added, …`
  private static func refusedCapabilities(_ message: String) -> String {
    var names: [String] = []
    for part in message.split(separator: "Invalid value: \"").dropFirst() where part.contains("capability may not") {
      let name = String(part.prefix { $0 != "\"" })
      if !names.contains(name) { names.append(name) }
    }
    return names.joined(separator: ", ")
  }
}
