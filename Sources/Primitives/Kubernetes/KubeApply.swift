import Values

struct KubeApply: Effect {
  static let name = "kube.apply"
  static let summary = "Objects of the Kubernetes API are as given."
  static let details = """
    They are applied on the server's side (field manager `vsrrun`), through standard input. Whether something changes is \
    judged by comparing each live object with the server's own dry run: what another hand changed is put right, and shown. \
    A field that another field manager owns stops the run and is named; `force = true` takes it over. An object that a \
    plain `kubectl apply` made, or `kubectl create` where it is to be changed, is adopted: its fields become vsrrun's, so \
    that those which are not given any more go away. An empty or null field is the same as none. A Secret is made by \
    kube.secret.
    """
  static let undoing = "What was there is replaced by the former object, and what was made is deleted."
  static let errors = """
    A field that another field manager owns (see `force`). A Secret: kube.secret makes those. An object that the API \
    server refuses, or keeps otherwise than it was applied.
    """
  static let example =
    #"kube.apply { objects = { { apiVersion = "v1", kind = "ServiceAccount", metadata = { name = "sriov-device-plugin", namespace = "kube-system" } } } }"#
  static let container: String? = KubeadmInit.name

  @Argument("the objects, as tables") var objects: [Value]?
  @Argument("or the objects as YAML, in one document or several") var manifest: String?
  @Argument("where objects live that do not say it themselves; default otherwise") var namespace: NamespaceName?
  @Argument("take over fields that another field manager owns") var force = false
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func validate() throws(ArgumentError) {
    for object in try wanted() where ObjectContent.isSecret(object.value) {
      guard object.value["type"] == "kubernetes.io/service-account-token", object.value["data"] == nil,
        object.value["stringData"] == nil
      else {
        throw ArgumentError(
          Self.name, nil,
          "\(object.label): what a Secret holds must not stand in a runbook; make it by kube.secret { name = \"\(object.name)\", … }"
        )
      }
    }
  }

  private func wanted() throws(ArgumentError) -> [KubernetesObject] {
    try ObjectList(Self.name, objects: objects, manifest: manifest, namespace: namespace).objects
  }

  var target: String { ((try? wanted()) ?? []).map(\.id).joined(separator: ", ") }

  struct State: Codable, Equatable {
    /// The live objects by name; null where there is none.
    var objects: Value
    /// The names of those that are not as wanted.
    var differing: [String]
    /// Those applied or made on the client's side, with who did: `Deployment default/vsr (kubectl-create)`.
    var adopted: [String]?
    /// Fields of others that are to get another value.
    var conflicts: [FieldOwners.Conflict]?

    static func == (a: State, b: State) -> Bool { LiveObjects.areEqual(a.objects, b.objects) }
  }

  func observe(_ context: Context) async throws -> State {
    let kubectl = Kubectl(context, kubeconfig)
    let wanted = try wanted()
    let live = try await LiveObjects(of: wanted, kubectl)
    try live.requireKnownKinds()
    let present = wanted.filter { live[$0] != nil }
    let dryRun = LiveObjects(
      of: wanted,
      try await named(present, kubectl) { try await kubectl.apply($0, force: true, dryRun: true) })
    var state = State(objects: live.recorded, differing: [])
    var changing: [KubernetesObject] = []
    for object in wanted {
      guard let now = live[object], let then = dryRun[object] else {
        state.differing.append(object.id)
        continue
      }
      let isAdopted = now["metadata", "annotations", ObjectContent.lastApplied] != nil
      guard isAdopted || !ObjectContent.areEqual(now, then) else { continue }
      state.differing.append(object.id)
      changing.append(object)
    }
    guard !changing.isEmpty else { return state }
    let owned = LiveObjects(of: changing, try await kubectl.findWithOwners(changing.map(\.reference)))
    var (adopted, conflicts): ([String], [FieldOwners.Conflict]) = ([], [])
    for object in changing {
      guard let now = owned[object], let then = dryRun[object] else { continue }
      let owners = FieldOwners(now)
      adopted += owners.adopted.map { "\(object.id) (\($0))" }
      conflicts += owners.conflicts(of: object.id, live: now, wanted: then)
    }
    state.adopted = adopted.isEmpty ? nil : adopted
    state.conflicts = conflicts.isEmpty ? nil : conflicts
    return state
  }

  func holds(_ state: State) -> Bool { state.differing.isEmpty }

  func shortfall(_ state: State) -> String? {
    "\(state.differing.joined(separator: ", ")): the API server keeps another value than the one applied; an admission controller, or another program, sets it"
  }

  func apply(_ context: Context, from state: State) async throws {
    let conflicts = state.conflicts ?? []
    if !force, let conflict = conflicts.first(where: { !$0.isByHand }) {
      throw PrimitiveError(
        "\(conflict.object): the field \(conflict.field) belongs to the field manager \"\(conflict.manager)\"",
        hint:
          "leave the field out, or take it over by force = true; then \"\(conflict.manager)\" should not set it any more"
      )
    }
    let kubectl = Kubectl(context, kubeconfig)
    let changing = try wanted().filter { state.differing.contains($0.id) }
    if state.adopted != nil { try await adopt(changing, kubectl) }
    try await named(changing, kubectl) { try await kubectl.apply($0, force: force || !conflicts.isEmpty) }
  }

  /// Makes the fields of objects that were applied on the client's side vsrrun's. The annotation goes away: `kubectl replace`
  /// would write a wrong one, and it says nothing any more.
  private func adopt(_ objects: [KubernetesObject], _ kubectl: Kubectl) async throws {
    let live = LiveObjects(of: objects, try await kubectl.findWithOwners(objects.map(\.reference)))
    try await kubectl.replace(
      objects.compactMap { object in
        guard var now = live[object] else { return nil }
        let owners = FieldOwners(now)
        guard !owners.adopted.isEmpty || now["metadata", "annotations", ObjectContent.lastApplied] != nil else {
          return nil
        }
        now.set("metadata", "managedFields", to: .array(owners.migrated))
        now.remove("metadata", "annotations", ObjectContent.lastApplied)
        now.remove("status")
        return now
      })
  }

  /// Names the object that an error of the API server speaks of, which it often does not do itself.
  @discardableResult
  private func named(
    _ objects: [KubernetesObject], _ kubectl: Kubectl, _ work: ([Value]) async throws -> [Value]
  ) async throws -> [Value] {
    do {
      return try await work(objects.map(\.value))
    } catch let error as PrimitiveError {
      guard let object = await culprit(objects, error, kubectl) else { throw error }
      throw PrimitiveError("\(object.label): \(error.message)", hint: error.hint)
    }
  }

  private func culprit(_ objects: [KubernetesObject], _ error: PrimitiveError, _ kubectl: Kubectl) async
    -> KubernetesObject?
  {
    let named = objects.filter { error.message.contains("\"\($0.name)\"") }
    if objects.count == 1 || named.count == 1 { return named.first ?? objects.first }
    var kubectl = kubectl
    kubectl.patience = 0
    for object in named.isEmpty ? objects : named {
      do {
        try await kubectl.apply([object.value], force: true, dryRun: true)
      } catch let single as PrimitiveError where single.message == error.message {
        return object
      } catch {}
    }
    return nil
  }

  // MARK: Undo

  func isUndone(_ state: State, before: State) -> Bool { state == before }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    let wanted = try wanted()
    try await LiveObjects.bringBack(wanted, to: before.objects, from: now.objects, Kubectl(context, kubeconfig))
  }
}
