import Values
import YAML

/// What the API server of this machine's control plane says of the cluster.
struct ControlPlane {
  /// What a whole cluster has and this one has not.
  private(set) var missing: [String] = []
  /// The subnet of its pods.
  private(set) var podNetwork: String?

  /// The API server is waited for if it does not answer yet, but not where it never will.
  init(_ context: Context) async throws {
    var kubectl = Kubectl(context, .adminKubeconfig)
    if context.isTakingBack { kubectl.patience = Kubectl.patienceOfGoneAnyway }
    if try !NodeFootprint.expectsAPIServer(context.host) { kubectl.patience = 0 }
    do {
      try await kubectl.run(["get", "--raw=/readyz"])
      try await look(kubectl)
    } catch let error as PrimitiveError {
      missing.append("an API server that answers (\(error.message))")
    }
  }

  private mutating func look(_ kubectl: Kubectl) async throws {
    let parts = [
      ("v1", "ConfigMap", "kubeadm-config"), ("apps/v1", "DaemonSet", "kube-proxy"),
      ("apps/v1", "Deployment", "coredns"),
    ]
    .map { version, kind, name in
      KubernetesObject(
        value: [
          "apiVersion": .string(version), "kind": .string(kind),
          "metadata": ["name": .string(name), "namespace": "kube-system"],
        ], place: name)
    }
    let live = try await LiveObjects(of: parts, kubectl)
    missing += parts.filter { live[$0] == nil }.map(\.id)
    if let config = live[parts[0]]?["data", "ClusterConfiguration"]?.string,
      let document = try? YAML.readOne(Array(config.utf8), file: "kubeadm-config")
    {
      podNetwork = document["networking"]?["podSubnet"]?.text
    }
    let labels = try await kubectl.get(["nodes"]).flatMap { Array(($0["metadata", "labels"]?.map ?? [:]).keys) }
    let roles = ["control-plane", "master"].map { "node-role.kubernetes.io/\($0)" }
    if !labels.contains(where: roles.contains) { missing.append("a node with the label \(roles[0])") }
  }
}
