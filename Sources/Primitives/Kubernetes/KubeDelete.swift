import Values

struct KubeDelete: Effect {
  static let name = "kube.delete"
  static let summary =
    "Objects of the Kubernetes API are not there, nor what belongs to them, such as the pods of a Deployment."
  static let details =
    "Of each object apiVersion, kind and metadata count. One of a kind that the API server does not know is not there."
  static let undoing = """
    The objects are made again as they were; not what a Secret held, which is never recorded, and not what lived in a \
    namespace or of a kind that went with its CustomResourceDefinition.
    """
  static let errors = "An object that is still there after it was deleted: a finalizer holds it."
  static let example =
    #"kube.delete { objects = { { apiVersion = "apps/v1", kind = "Deployment", metadata = { name = "vsr" } } } }"#
  static let container: String? = KubeadmInit.name

  @Argument("the objects, as tables") var objects: [Value]?
  @Argument("or the objects as YAML, in one document or several") var manifest: String?
  @Argument("where objects live that do not say it themselves; default otherwise") var namespace: NamespaceName?
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func validate() throws(ArgumentError) {
    // Arguments are recorded.
    for object in try unwanted() where ObjectContent.withoutSecrets(object.value) != object.value {
      throw ArgumentError(
        Self.name, nil,
        "\(object.label): what a Secret holds must not stand in a runbook; its apiVersion, kind and metadata are enough"
      )
    }
  }

  private func unwanted() throws(ArgumentError) -> [KubernetesObject] {
    try ObjectList(Self.name, objects: objects, manifest: manifest, namespace: namespace, isWhole: false).objects
  }

  var target: String { ((try? unwanted()) ?? []).map(\.id).joined(separator: ", ") }

  var uncovered: [String] {
    ((try? unwanted()) ?? []).compactMap { object in
      switch object.kind {
      case "Secret": "what the \(object.id) held"
      case "Namespace": "what lived in the \(object.id)"
      case "CustomResourceDefinition": "the objects of the \(object.id)"
      default: nil
      }
    }
  }

  struct State: Codable, Equatable {
    /// The live objects by name; null where there is none.
    var objects: Value
    static func == (a: State, b: State) -> Bool { LiveObjects.areEqual(a.objects, b.objects) }

    /// Without the Secrets, which cannot be brought back.
    var restorable: Value {
      .map((objects.map ?? [:]).filter { !ObjectContent.isSecret($0.value) })
    }
  }

  func observe(_ context: Context) async throws -> State {
    State(objects: try await LiveObjects(of: try unwanted(), Kubectl(context, kubeconfig)).recorded)
  }

  func holds(_ state: State) -> Bool { state.objects.map?.values.allSatisfy(\.isNull) ?? true }

  func shortfall(_ state: State) -> String? {
    let left = (state.objects.map ?? [:]).filter { !$0.value.isNull }.keys.joined(separator: ", ")
    return
      "\(left): still there after it was deleted; `kubectl describe` names the finalizer that holds it, or who made it anew"
  }

  func apply(_ context: Context, from state: State) async throws {
    let present = try unwanted().filter { state.objects[$0.id]?.isNull == false }
    try await Kubectl(context, kubeconfig).delete(present.reversed().map(\.reference))
  }

  func isUndone(_ state: State, before: State) -> Bool {
    LiveObjects.areEqual(
      .map((state.objects.map ?? [:]).filter { before.restorable[$0.key] != nil }), before.restorable)
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    try await LiveObjects.bringBack(
      try unwanted().filter { before.restorable[$0.id] != nil }, to: before.objects, from: now.objects,
      Kubectl(context, kubeconfig))
  }
}
