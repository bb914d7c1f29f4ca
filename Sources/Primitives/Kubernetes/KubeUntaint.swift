import Values

struct KubeUntaint: Effect {
  static let name = "kube.untaint"
  static let summary = "Nodes have no taints with these keys, so that pods may be scheduled there."
  static let details = """
    A taint that is not there is no error: up to Kubernetes 1.23 the control plane's key is \
    `node-role.kubernetes.io/master`, from 1.25 on `node-role.kubernetes.io/control-plane`, and 1.24 has both (documented \
    steps D20, D21).
    """
  static let undoing = "The taints that were there come back."
  static let errors = "A node that has the taint still."
  static let example =
    #"kube.untaint { "node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane" }"#
  static let container: String? = KubeadmInit.name

  @Argument("the keys of the taints", bare: true) var keys: [String]
  @Argument("which node; all otherwise") var node: ObjectName?
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func validate() throws(ArgumentError) {
    guard !keys.isEmpty else { throw ArgumentError(Self.name, "keys", "expected one key at least") }
    for key in keys where !KubernetesName.isKey(key) {
      throw ArgumentError(
        Self.name, "keys",
        "expected the key alone, such as \"node-role.kubernetes.io/master\", got \(Value.string(key).shortText)")
    }
  }

  var target: String { "\(node?.text ?? "all nodes"): \(keys.joined(separator: ", "))" }

  struct Taint: Codable, Hashable {
    var node: String
    var key: String
    var value: String?
    var effect: String

    /// As kubectl takes it.
    var text: String { "\(key)\(value.map { "=\($0)" } ?? ""):\(effect)" }
  }

  struct State: Codable, Equatable {
    /// How many nodes were looked at.
    var nodes: Int
    var taints: [Taint]
    /// The order of a node's taints means nothing.
    static func == (a: State, b: State) -> Bool { Set(a.taints) == Set(b.taints) }
  }

  func observe(_ context: Context) async throws -> State {
    let nodes = try await Kubectl(context, kubeconfig).get(["nodes"] + (node.map { [$0.text] } ?? []))
    var taints: [Taint] = []
    for node in nodes {
      for taint in node["spec", "taints"]?.array ?? [] {
        guard let key = taint["key"]?.string, keys.contains(key) else { continue }
        taints.append(
          Taint(
            node: node["metadata", "name"]?.string ?? "", key: key, value: taint["value"]?.string,
            effect: taint["effect"]?.string ?? ""))
      }
    }
    return State(nodes: nodes.count, taints: taints)
  }

  func holds(_ state: State) -> Bool { state.nodes > 0 && state.taints.isEmpty }

  func apply(_ context: Context, from state: State) async throws {
    guard state.nodes > 0 else {
      throw PrimitiveError(
        node.map { "the cluster has no node \($0)" } ?? "the cluster has no node",
        hint: "wait for it by kube.wait_node; `kubectl get nodes` lists them")
    }
    let kubectl = Kubectl(context, kubeconfig)
    for taint in state.taints {
      try await kubectl.run(["taint", "nodes", taint.node, "\(taint.key):\(taint.effect)-"])
    }
  }

  func shortfall(_ state: State) -> String? {
    let taints = state.taints.map { "\($0.text) on \($0.node)" }.joined(separator: ", ")
    return "\(taints): put back by another hand, or by the kubelet's --register-with-taints"
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    let kubectl = Kubectl(context, kubeconfig)
    for taint in before.taints where !now.taints.contains(taint) {
      try await kubectl.run(["taint", "nodes", taint.node, taint.text, "--overwrite"])
    }
  }
}
