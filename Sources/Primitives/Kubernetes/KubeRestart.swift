import Values

struct KubeRestart: Effect {
  static let name = "kube.restart"
  static let summary =
    "The pods of a DaemonSet or Deployment run with what the ConfigMaps and files that they read hold now."
  static let details = """
    The cluster is the judge: it holds when every container of its pods started after the last change of each ConfigMap \
    that the pod template names, and of the files given.
    """
  static let undoing = "The pods are restarted once more, when the former ConfigMaps are back."
  static let errors = "A DaemonSet or Deployment that is not there. Pods that still run from before."
  static let example =
    #"kube.restart { kind = "DaemonSet", name = "kube-sriov-device-plugin-amd64", namespace = "kube-system" }"#
  static let undoOrder = UndoOrder.last
  static let container: String? = KubeadmInit.name

  @Argument("what it is") var kind: WorkloadKind
  @Argument("its name") var name: ObjectName
  @Argument("where it lives") var namespace = NamespaceName("default")
  @Argument("further files of this machine that its pods read when they start") var files: [AbsolutePath] = []
  @Argument("seconds that the new pods may take") var timeout = 300
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func validate() throws(ArgumentError) { try Waiting.check(timeout, Self.name) }

  var target: String { "\(kind.rawValue) \(namespace)/\(name)" }

  struct State: Codable, Equatable {
    var exists: Bool
    /// When the first of its running containers started, in seconds since the epoch; none if none runs.
    var started: Int?
    /// When the newest of the ConfigMaps and files was changed.
    var changed: Int?

    /// Times are whole seconds: a start in the same second may have read what was there before.
    var isPresent: Bool { started.map { $0 > changed ?? 0 } ?? true }
  }

  func observe(_ context: Context) async throws -> State {
    let kubectl = Kubectl(context, kubeconfig)
    // Once a rollback has taken the cluster away, nothing of it is left.
    guard try context.host.exists(kubeconfig.text) else { return State(exists: false) }
    guard let workload = try await Workload.find(kind, name, namespace, kubectl) else { return State(exists: false) }
    // A time that lies ahead says nothing.
    var changed = try files.compactMap { try context.host.status($0.text)?.modified }
      .filter { $0 <= context.host.now }.map { $0 / 1_000_000 }.max()
    let references = workload.configMaps.map { name -> Value in
      [
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": ["name": .string(name), "namespace": .string(namespace.text)],
      ]
    }
    if !references.isEmpty {
      for map in try await kubectl.findWithOwners(references) {
        let times =
          (map["metadata", "managedFields"]?.array ?? []).map { $0["time"] } + [map["metadata", "creationTimestamp"]]
        changed = (times.compactMap { Instant.seconds($0?.string) } + [changed ?? 0]).max()
      }
    }
    let pods = try await PodWatch(kubectl, namespace: namespace.text, selector: workload.selector).pods()
    return State(exists: true, started: pods.flatMap(\.starts).min(), changed: changed)
  }

  func holds(_ state: State) -> Bool { state.exists && state.isPresent }

  func apply(_ context: Context, from state: State) async throws {
    guard state.exists else { throw PrimitiveError("there is no \(target)", hint: "is it applied?") }
    try await restart(context)
  }

  private func restart(_ context: Context) async throws {
    let kubectl = Kubectl(context, kubeconfig)
    // So that no new pod starts in the second in which one of them was changed.
    try await context.pause(seconds: 2)
    try await kubectl.run(["rollout", "restart", "\(kind.rawValue.lowercased())/\(name)", "-n", namespace.text])
    try await Waiting(context: context, timeout: timeout).until("\(target) is not restarted") {
      let workload = try await Workload.find(kind, name, namespace, kubectl)
      guard let shortfall = workload?.shortfall else { return .holds(()) }
      return .not(.init(text: "\(target): \(shortfall)", hint: "`kubectl describe` of its pods says more"))
    }
  }

  func shortfall(_ state: State) -> String? {
    "pods of \(target) still run from before its ConfigMaps or files were changed; an update strategy OnDelete wants them deleted by hand"
  }

  /// It comes last: any start after the last change saw what the rollback had brought back.
  func isUndone(_ state: State, before: State) -> Bool { !state.exists || state.isPresent }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await restart(context)
  }
}
