import Values
import YAML

struct KubeadmInit: Effect {
  static let name = "kubeadm.init"
  static let summary = "This machine is the control plane of a Kubernetes cluster."
  static let details = """
    It holds when /etc/kubernetes/admin.conf is there, the API server is ready, and what kubeadm's later phases make is \
    there too: the kubeadm-config ConfigMap, the control plane's label, kube-proxy and coredns (documented step D18). Half \
    a cluster that this run began is reset first; one that it did not begin is refused.
    """
  static let undoing = """
    The cluster is reset, and what `kubeadm reset` leaves goes too: CNI configuration, packet filter rules, network \
    devices and directories that were not there before. The control groups of the pods, and empty tables of the packet \
    filter, stay until the next boot, which a rollback notes.
    """
  static let errors = """
    A cluster that this run did not begin and that is not whole; one of another pod network; a node of another cluster. \
    What kubeadm itself says where it fails.
    """
  static let example =
    #"kubeadm.init { pod_network = "10.244.0.0/16", cri_socket = "unix:///run/containerd/containerd.sock" }"#

  @Argument("the subnet of the pods, such as 10.244.0.0/16") var podNetwork: String?
  @Argument("where the container runtime listens") var criSocket = Self.containerd
  @Argument("the version to install, such as 1.24.0; kubeadm's own choice otherwise") var version: String?
  @Argument("where the images of the control plane come from, in place of the public registry") var imageRepository:
    String?
  @Argument("checks that may fail, such as NumCPU") var ignorePreflight: [String] = []
  @Argument("a kubeadm configuration file, in place of version and image_repository; pod_network is then what it says")
  var config: AbsolutePath?
  @Argument("seconds that it may take") var timeout = 600
  @Argument("the runbook's parameter that names a mirror of the images, for the error text where they cannot be had")
  var parameter: String?

  private static let kubelet = "kubelet.service"
  static let containerd = "unix:///run/containerd/containerd.sock"

  func validate() throws(ArgumentError) {
    try Waiting.check(timeout, Self.name)
    guard podNetwork != nil || config != nil else {
      throw ArgumentError(Self.name, nil, "give pod_network = \"10.244.0.0/16\", config = \"/path\", or both")
    }
    if let podNetwork, !Self.isNetwork(podNetwork) {
      throw ArgumentError(
        Self.name, "pod_network",
        "expected a subnet such as \"10.244.0.0/16\", got \(Value.string(podNetwork).shortText)")
    }
    guard config == nil || (version == nil && imageRepository == nil) else {
      throw ArgumentError(Self.name, "config", "the file says version and image repository too: leave those out")
    }
    for (name, text) in [
      ("cri_socket", criSocket), ("version", version ?? "1"), ("image_repository", imageRepository ?? "x"),
    ]
    where text.isEmpty || text.hasPrefix("-") || text.contains(where: \.isWhitespace) {
      throw ArgumentError(Self.name, name, "unfit: \(Value.string(text).shortText)")
    }
  }

  /// One subnet, or one of each family with a comma between.
  private static func isNetwork(_ text: String) -> Bool {
    let networks = text.split(separator: ",", omittingEmptySubsequences: false)
    return (1...2).contains(networks.count)
      && networks.allSatisfy { network in
        let parts = network.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let bits = Int(parts[1]) else { return false }
        if parts[0].contains(":") {
          return (1...128).contains(bits) && parts[0].allSatisfy { $0.isHexDigit || $0 == ":" }
        }
        let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        return (1...32).contains(bits) && bytes.count == 4 && bytes.allSatisfy { UInt8($0) != nil }
      }
  }

  var target: String { "control-plane" }

  struct State: Codable, Equatable {
    /// What a whole control plane has and this machine has not.
    var missing: [String]
    /// The subnet of the pods of the cluster that is there.
    var podNetwork: String?
    var node: NodeFootprint
    /// Whether the kubelet's service was running, or tried to: `kubeadm reset` stops it.
    var kubeletRuns: Bool?

    static func == (a: State, b: State) -> Bool { a.node.authority == b.node.authority }

    /// Whether nothing of a cluster is there.
    var isBare: Bool { node.traces.isEmpty }
  }

  func observe(_ context: Context) async throws -> State {
    let node = try NodeFootprint(context.host)
    let admin = NodeFootprint.adminConfig
    let kubelet = try await context.host.unit(Self.kubelet).activeState
    let kubeletRuns = kubelet == "active" || kubelet == "activating"
    guard node.traces.contains(admin) else {
      return State(missing: [admin], podNetwork: nil, node: node, kubeletRuns: kubeletRuns)
    }
    let cluster = try await ControlPlane(context)
    return State(missing: cluster.missing, podNetwork: cluster.podNetwork, node: node, kubeletRuns: kubeletRuns)
  }

  func holds(_ state: State) -> Bool { state.missing.isEmpty && !hasOtherNetwork(state) }

  private func hasOtherNetwork(_ state: State) -> Bool {
    guard let podNetwork, let present = state.podNetwork else { return false }
    return podNetwork != present
  }

  func apply(_ context: Context, from state: State) async throws {
    guard state.isBare else { throw refusal(state) }
    context.tell("kubeadm init: this takes from half a minute to some minutes")
    try await Kubeadm(context: context).initialize(arguments, timeout: timeout, mirror: parameter)
  }

  private var arguments: [String] {
    var arguments: [String] = []
    if let config {
      arguments = ["--config", config.text]
    } else {
      arguments = ["--pod-network-cidr=\(podNetwork ?? "")", "--cri-socket", criSocket]
      if let version { arguments.append("--kubernetes-version=\(version.hasPrefix("v") ? version : "v\(version)")") }
      if let imageRepository { arguments.append("--image-repository=\(imageRepository)") }
    }
    if !ignorePreflight.isEmpty {
      arguments.append("--ignore-preflight-errors=\(ignorePreflight.joined(separator: ","))")
    }
    return arguments
  }

  private func refusal(_ state: State) -> PrimitiveError {
    let reset = "`kubeadm reset -f --cri-socket \(criSocket)` takes it away, if nobody needs it any more"
    if state.missing.isEmpty, let present = state.podNetwork {
      return PrimitiveError(
        "a cluster is there whose pods have the subnet \(present), not \(podNetwork ?? "")",
        hint: "kubeadm cannot change it: ask for \(present), or start anew: \(reset)")
    }
    if state.node.traces.contains(NodeFootprint.kubeletConfig),
      !state.node.traces.contains(where: NodeFootprint.manifests.contains)
    {
      return PrimitiveError(
        "this machine is a node of another cluster (\(NodeFootprint.kubeletConfig) is there, but no control plane)",
        hint: reset)
    }
    return PrimitiveError(
      "a cluster is there that is not whole, and that this run did not begin: there is \(state.node.traces.joined(separator: ", ")), but not \(state.missing.joined(separator: ", "))",
      hint: "mend it, or start anew: \(reset)")
  }

  func shortfall(_ state: State) -> String? {
    "kubeadm init ended well, but there is not \(state.missing.joined(separator: ", "))"
  }

  func recover(_ context: Context) async throws {
    guard try !NodeFootprint(context.host).traces.isEmpty else { return }
    context.tell("kubeadm reset: what an earlier try left behind goes away first")
    try await reset(context, isWhole: false)
  }

  private func reset(_ context: Context, isWhole: Bool) async throws {
    try await Kubeadm(context: context).reset(criSocket, isWhole: isWhole)
    // A reset that was cut off has taken the manifest which says where etcd's data is: the next one leaves it.
    try NodeFootprint.emptyFolders(context.host)
  }

  /// What was there before this run began it is not this run's to reset.
  func recover(_ context: Context, since intent: State) async throws {
    if intent.isBare { try await recover(context) }
  }

  var remains: String? {
    "until the next boot the control groups of the pods stay, and empty tables of the packet filter with their modules"
  }

  func isUndone(_ state: State, before: State) -> Bool {
    state.node.isWithin(before.node) && !lacksKubelet(state, before: before)
  }

  private func lacksKubelet(_ state: State, before: State) -> Bool {
    before.kubeletRuns == true && state.kubeletRuns != true
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    if before.isBare, !now.isBare {
      context.tell("kubeadm reset: the cluster goes away")
      try await reset(context, isWhole: now.missing.isEmpty)
    }
    try await NodeFootprint(context.host).clean(keeping: before.node, podNetwork: podNetwork, context.host)
    if try await lacksKubelet(observe(context), before: before) {
      try await context.host.unitJob(.start, Self.kubelet)
    }
  }
}
