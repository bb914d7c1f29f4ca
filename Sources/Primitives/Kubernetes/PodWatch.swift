import Values

/// Follows the pods of a selector, telling people the events about them while they are waited for.
final class PodWatch {
  private let kubectl: Kubectl
  private let namespace: String
  /// The labels of the pods, as kubectl takes them.
  var selector: String
  private var told: Set<ClusterEvent> = []
  private var isFirstLook = true

  init(_ kubectl: Kubectl, namespace: String, selector: String = "") {
    self.kubectl = kubectl
    self.namespace = namespace
    self.selector = selector
  }

  /// The words for these pods in texts.
  var name: String { "\(selector) in \(namespace)" }

  /// The pods, Ready ones too, that are not on their way out; those that are over only where there are no others.
  func pods() async throws -> [Pod] {
    let found = try await kubectl.get(["pods", "-n", namespace, "-l", selector]).map(Pod.init).filter { !$0.isEnding }
    let current = found.filter { !$0.isOver }
    return (current.isEmpty ? found : current).sorted { $0.name < $1.name }
  }

  /// Why these pods are not all Ready.
  func reason(_ pods: [Pod], boot: Int?) async throws -> Waiting.Reason {
    let events = try await kubectl.get(["events", "-n", namespace]).map(ClusterEvent.init).sorted { $0.time > $1.time }
    guard let pod = pods.first(where: { !$0.isReady(since: boot) }) else {
      let owners = try await kubectl.get(["replicasets", "-n", namespace, "-l", selector])
      let names = Set(owners.compactMap { $0["metadata", "name"]?.string })
      let about = events.filter { $0.kind == "ReplicaSet" && names.contains($0.name) || $0.kind == "DaemonSet" }
      return PodTrouble.absence(name, about)
    }
    let about = events.filter { $0.kind == "Pod" && $0.name == pod.name }
    tell(about)
    return PodTrouble.reason(pod, events: about, boot: boot)
  }

  /// Tells each event once, the oldest first; of those that were there before the wait only the newest.
  private func tell(_ events: [ClusterEvent]) {
    let new = events.filter { told.insert($0).inserted }
    for event in (isFirstLook ? Array(new.prefix(1)) : new).reversed() {
      kubectl.context.tell("pod \(event.name): \(event.text)")
    }
    isFirstLook = false
  }
}
