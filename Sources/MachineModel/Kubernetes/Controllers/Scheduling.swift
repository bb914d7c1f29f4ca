import OrderedCollections
import Values

/// What the scheduler looks at.
enum Scheduling {
  /// What the containers of a pod ask for together, in thousandths.
  static func requests(_ spec: Value) -> [String: Int] {
    func amounts(_ container: Value) -> [String: Int] {
      var amounts: [String: Int] = [:]
      for (name, amount) in container.at("resources", "requests")?.map ?? [:] {
        amounts[name] = Quantity.milli(amount) ?? 0
      }
      return amounts
    }
    var sum = spec.elements("containers").map(amounts).reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    // Init containers run one after the other, before the others.
    for container in spec.elements("initContainers") { sum.merge(amounts(container), uniquingKeysWith: max) }
    return sum
  }

  /// The quality of service: guaranteed where limits and requests of processors and memory are the same.
  static func quality(_ spec: Value) -> String {
    let containers = spec.elements("containers") + spec.elements("initContainers")
    let isGuaranteed = containers.allSatisfy { container in
      ["cpu", "memory"].allSatisfy { name in
        let limit = container.at("resources", "limits", name)
        return limit != nil && limit == container.at("resources", "requests", name)
      }
    }
    if isGuaranteed { return "Guaranteed" }
    return requests(spec).isEmpty ? "BestEffort" : "Burstable"
  }

  /// Whether the node has the labels that a pod wants.
  static func selects(_ spec: Value, _ node: Value) -> Bool {
    guard node.matches(labels: spec["nodeSelector"]?.map ?? [:]) else { return false }
    let terms =
      spec.at("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")?
      .elements("nodeSelectorTerms") ?? []
    return terms.isEmpty || terms.contains { $0.elements("matchExpressions").allSatisfy { holds($0, node) } }
  }

  private static func holds(_ expression: Value, _ node: Value) -> Bool {
    let value = node.label(expression.text("key") ?? "")
    let values = expression.elements("values").compactMap(\.string)
    switch expression.text("operator") {
    case "In": return value.map(values.contains) ?? false
    case "NotIn": return !(value.map(values.contains) ?? false)
    case "Exists": return value != nil
    case "DoesNotExist": return value == nil
    default: return false
    }
  }

  /// The first taint of the node that keeps a pod away; nil if none does.
  static func intolerable(_ spec: Value, _ node: Value) -> Value? {
    node.elements("spec", "taints").first { taint in
      taint.text("effect") != "PreferNoSchedule" && !spec.elements("tolerations").contains { tolerates($0, taint) }
    }
  }

  private static func tolerates(_ toleration: Value, _ taint: Value) -> Bool {
    if let effect = toleration.text("effect"), !effect.isEmpty, effect != taint.text("effect") { return false }
    let isExists = toleration.text("operator") == "Exists"
    guard let key = toleration.text("key"), !key.isEmpty else { return isExists }
    return key == taint.text("key") && (isExists || toleration.text("value") ?? "" == taint.text("value") ?? "")
  }
}

extension Machine.Step {
  /// Gives each pod its node, or says why it has none.
  mutating func schedule() {
    guard let node = cluster["Node", "", cluster.node] else { return }
    for pod in cluster.all("Pod") where pod.at("spec", "nodeName") == nil && pod.text("status", "phase") == "Pending" {
      if let reason = obstacle(pod, node) {
        let message = "0/1 nodes are available: \(reason)"
        change(pod.id) { pod, time in
          pod.setCondition("PodScheduled", false, reason: "Unschedulable", message: message, at: time)
        }
        note(pod, "FailedScheduling", isWarning: true, message, from: "default-scheduler")
      } else {
        let name = cluster.node
        change(pod.id) { pod, time in
          pod.put(.string(name), at: "spec", "nodeName")
          pod.setCondition("PodScheduled", true, at: time)
        }
        note(
          pod, "Scheduled", "Successfully assigned \(pod.namespace)/\(pod.name) to \(name)",
          from: "default-scheduler")
      }
    }
  }

  mutating func change(_ id: ObjectID, _ body: (inout Value, Int) -> Void) {
    let time = time
    cluster.change(id, at: time) { body(&$0, time) }
  }

  /// Why a pod cannot be on the node, in the scheduler's words; nil if it can.
  ///
  /// Taints come first from 1.21 on. That preempting others would not help is said from 1.24 on.
  private func obstacle(_ pod: Value, _ node: Value) -> String? {
    let spec = pod["spec"] ?? [:]
    let isNew = cluster.version.minor >= 24
    let useless = isNew ? " preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling." : ""
    var found: [String?] = []
    let taint = Scheduling.intolerable(spec, node).map { taint in
      let shown = "{\(taint.text("key") ?? ""): \(taint.text("value") ?? "")}"
      return
        (isNew
        ? "1 node(s) had untolerated taint \(shown)." : "1 node(s) had taint \(shown), that the pod didn't tolerate.")
        + useless
    }
    let lacking = lacking(spec, node, except: pod.id).map { names in
      names.map { "1 Insufficient \($0)" }.joined(separator: ", ") + "."
        + (isNew ? " preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod." : "")
    }
    found = cluster.version.minor >= 21 ? [taint] : [lacking]
    if !Scheduling.selects(spec, node) {
      found.append(
        "1 node(s) didn't match Pod's node affinity\(cluster.version.minor >= 21 ? "/selector" : "")." + useless)
    }
    found += cluster.version.minor >= 21 ? [lacking] : [taint]
    return found.lazy.compactMap { $0 }.first
  }

  /// The resources of which the node has too little left, sorted; nil if it has enough of all.
  private func lacking(_ spec: Value, _ node: Value, except id: ObjectID) -> [String]? {
    let allocatable = node.at("status", "allocatable")?.map ?? [:]
    var used: [String: Int] = [:]
    for pod in cluster.all("Pod") where pod.at("spec", "nodeName") != nil && pod.id != id {
      guard pod.text("status", "phase") != "Failed", let spec = pod["spec"] else { continue }
      used.merge(Scheduling.requests(spec), uniquingKeysWith: +)
    }
    let lacking = Scheduling.requests(spec).filter { name, amount in
      amount > 0 && amount + (used[name] ?? 0) > Quantity.milli(allocatable[name]) ?? 0
    }
    return lacking.isEmpty ? nil : lacking.keys.sorted()
  }
}
