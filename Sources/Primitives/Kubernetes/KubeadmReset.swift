struct KubeadmReset: Effect {
  static let name = "kubeadm.reset"
  static let summary = "This machine is no part of a Kubernetes cluster."
  static let details = """
    For a cluster that vsrrun did not make; what kubeadm.init made is taken away by a rollback. Besides what `kubeadm reset` takes away, the \
    CNI configuration and network devices of flannel and multus and the packet filter rules of the cluster go.
    """
  static let undoing = "Nothing: the cluster and what it ran are gone. The rollback lists that."
  static let errors = "What is still there after the reset."
  static let example = #"kubeadm.reset { cri_socket = "unix:///run/containerd/containerd.sock" }"#

  @Argument("where the container runtime listens") var criSocket = KubeadmInit.containerd
  @Argument("the subnet of the cluster's pods, whose packet filter rules go too") var podNetwork: String?
  @Argument("seconds that it may take") var timeout = 300

  var target: String { "control-plane" }
  var irreversible: String? { "the cluster and what it ran are gone" }

  func validate() throws(ArgumentError) { try Waiting.check(timeout, Self.name) }

  struct State: Codable, Equatable {
    var node: NodeFootprint
    static func == (a: State, b: State) -> Bool { a.node.authority == b.node.authority }
  }

  func observe(_ context: Context) throws -> State { State(node: try NodeFootprint(context.host)) }

  func holds(_ state: State) -> Bool { state.node.isWithin(state.node.withoutCluster) }

  func apply(_ context: Context, from state: State) async throws {
    if !state.node.traces.isEmpty {
      try await Kubeadm(context: context).reset(criSocket, isWhole: true, timeout: timeout)
    }
    try await NodeFootprint(context.host).clean(
      keeping: state.node.withoutCluster, podNetwork: podNetwork, context.host)
  }

  func shortfall(_ state: State) -> String? {
    "still there: \((state.node.traces + state.node.networks + state.node.links).joined(separator: ", "))"
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {}
}
