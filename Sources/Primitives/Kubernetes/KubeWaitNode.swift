import Values

struct KubeWaitNode: Query {
  static let name = "kube.wait_node"
  static let summary = "Waits until a node, or every node and one at least, is Ready."
  static let details = """
    A node is Ready once its network plugin is there. It changes nothing, so it is a query: it never counts as a change and runs again \
    when the run is resumed.
    """
  static let answers = "a list of the nodes' names"
  static let answerType = "string[]"
  static let errors = "The time is over; the error names the node and what its kubelet says."
  static let example = "kube.wait_node()"

  @Argument("which node; all otherwise", bare: true) var node: ObjectName?
  @Argument("seconds to wait") var timeout = 180
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func validate() throws(ArgumentError) { try Waiting.check(timeout, Self.name) }

  func answer(_ context: Context) async throws -> Value {
    let kubectl = Kubectl(context, kubeconfig)
    let what = node.map { "the node \($0) is not Ready" } ?? "not every node is Ready"
    return try await Waiting(context: context, timeout: timeout).until(what) {
      let nodes = try await kubectl.get(["nodes"] + (node.map { [$0.text] } ?? []))
      guard !nodes.isEmpty else {
        return .not(
          .init(text: "there is no such node", hint: "has the kubelet registered it? `journalctl -u kubelet -e`"))
      }
      for node in nodes {
        let ready = node["status", "conditions"]?.array?.first { $0["type"] == "Ready" }
        guard ready?["status"] != "True" else { continue }
        let message = ready?["message"]?.string ?? "the kubelet has not reported yet"
        return .not(.init(text: "\(node["metadata", "name"]?.string ?? ""): \(message)", hint: hint(message)))
      }
      return .holds(.array(nodes.compactMap { $0["metadata", "name"] }))
    }
  }

  private func hint(_ message: String) -> String {
    message.contains("network") || message.contains("cni")
      ? "the network plugin has not written its configuration to /etc/cni/net.d yet: see the pods of flannel"
      : "`journalctl -u kubelet -e` says more"
  }
}
