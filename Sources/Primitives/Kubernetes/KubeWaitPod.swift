import Values

struct KubeWaitPod: Query {
  static let name = "kube.wait_pod"
  static let summary =
    "Waits until the pods with these labels are Ready, one at least; pods that are ending do not count."
  static let details = """
    While it waits it shows the events about them and why they are not Ready. Where the time is over, the error says the reason, the \
    newest warning and what to do (documented step D37). It changes nothing, so it is a query: it never counts as a change and \
    runs again when the run is resumed.
    """
  static let answers = "a table of `name`, `namespace`, `node` and `ip` of the first of them by name"
  static let answerType = "{ name: string, namespace: string, node: string, ip: string }"
  static let errors = "The time is over; the error says the reason, the newest warning and what to do."
  static let example = #"local pod = kube.wait_pod { selector = "app=fastpath", timeout = 600 }"#

  @Argument("labels that the pods have", bare: true) var selector: String
  @Argument("where they live") var namespace = NamespaceName("default")
  @Argument("seconds to wait") var timeout = 600
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func validate() throws(ArgumentError) {
    try Waiting.check(timeout, Self.name)
    guard !selector.isEmpty else {
      throw ArgumentError(Self.name, "selector", "expected labels such as \"app=fastpath\"")
    }
  }

  func answer(_ context: Context) async throws -> Value {
    let watch = PodWatch(Kubectl(context, kubeconfig), namespace: namespace.text, selector: selector)
    let boot = try BootTime.seconds(context.host)
    let pod = try await Waiting(context: context, timeout: timeout).until("pod \(watch.name) is not Ready") {
      let pods = try await watch.pods()
      if let pod = pods.first, pods.allSatisfy({ $0.isReady(since: $0.isOn(context.host) ? boot : nil) }) {
        return .holds(pod)
      }
      return .not(try await watch.reason(pods, boot: boot))
    }
    return [
      "name": .string(pod.name), "namespace": .string(namespace.text), "node": .string(pod.node ?? ""),
      "ip": .string(pod.object["status", "podIP"]?.string ?? ""),
    ]
  }
}
