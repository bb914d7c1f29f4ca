import Values

struct KubeWaitRollout: Query {
  static let name = "kube.wait_rollout"
  static let summary = "Waits until all pods of a DaemonSet or Deployment are of its present template and available."
  static let details = """
    While it waits it shows the events about the pods. It changes nothing, so it is a query: it never counts as a change and runs again \
    when the run is resumed.
    """
  static let answers = "a table of `name`, `namespace` and `ready` (how many pods are available)"
  static let answerType = "{ name: string, namespace: string, ready: integer }"
  static let errors = "The time is over; the error says which pods are missing, and why."
  static let example =
    #"kube.wait_rollout { kind = "DaemonSet", name = "kube-flannel-ds", namespace = "kube-system" }"#

  @Argument("what it is") var kind: WorkloadKind
  @Argument("its name") var name: ObjectName
  @Argument("where it lives") var namespace = NamespaceName("default")
  @Argument("seconds to wait") var timeout = 300
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func validate() throws(ArgumentError) { try Waiting.check(timeout, Self.name) }

  func answer(_ context: Context) async throws -> Value {
    let kubectl = Kubectl(context, kubeconfig)
    let watch = PodWatch(kubectl, namespace: namespace.text)
    let what = "\(kind.rawValue) \(namespace)/\(name)"
    let ready: Int = try await Waiting(context: context, timeout: timeout).until("\(what) is not rolled out") {
      guard let workload = try await Workload.find(kind, name, namespace, kubectl) else {
        return .not(.init(text: "there is no \(what)", hint: "is it applied?"))
      }
      guard let shortfall = workload.shortfall else { return .holds(workload.available) }
      watch.selector = workload.selector
      let pods = try await watch.pods()
      guard pods.isEmpty || pods.contains(where: { !$0.isReady(since: nil) }) else {
        return .not(.init(text: "\(what): \(shortfall)"))
      }
      let trouble = try await watch.reason(pods, boot: nil)
      return .not(.init(text: "\(what): \(shortfall); \(trouble.text)", hint: trouble.hint))
    }
    return ["name": .string(name.text), "namespace": .string(namespace.text), "ready": .integer(ready)]
  }
}
