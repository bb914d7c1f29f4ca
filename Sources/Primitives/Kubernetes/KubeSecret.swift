import Values

struct KubeSecret: Effect {
  static let name = "kube.secret"
  static let summary = "A Secret with the credentials of a container registry is there, for pods to pull images with."
  static let details = """
    It is what `kubectl create secret docker-registry` makes (documented step D34). The password goes to kubectl through standard input \
    and is compared in memory: no record, argument or text has it, or anything made of it. What a Secret held before is never recorded, so \
    replacing one cannot be taken back: one that vsrrun did not make is replaced only with `replace = true`.
    """
  static let undoing =
    "A Secret that was made is deleted. One that was replaced cannot come back: what it held is never recorded."
  static let errors = "A Secret with other credentials that vsrrun did not make (see `replace`). An empty password."
  static let example =
    #"kube.secret { name = "regcred", server = "download.6wind.com", username = params.login, password = params.password }"#
  static let container: String? = KubeadmInit.name

  @Argument("its name, which pods have in imagePullSecrets") var name: ObjectName
  @Argument("where it lives") var namespace = NamespaceName("default")
  @Argument("the registry, such as download.6wind.com") var server: String
  @Argument("the user there") var username: String
  @Argument("the user's password") var password: SecretReference
  @Argument("replace a Secret of this name that vsrrun did not make") var replace = false
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  var target: String { "\(namespace)/\(name)" }

  func validate() throws(ArgumentError) {
    guard KubernetesName.isSubdomain(name.text) else {
      throw ArgumentError(
        Self.name, "name", "expected a name of lower case letters, digits, '-' and '.', got \"\(name)\"")
    }
    guard !server.isEmpty else { throw ArgumentError(Self.name, "server", "expected a registry") }
    guard !username.isEmpty, !username.contains(":") else {
      throw ArgumentError(Self.name, "username", "expected a user without ':'")
    }
  }

  /// Nothing of what the Secret holds.
  struct State: Codable, Equatable {
    var exists: Bool
    var type: String?
    /// These two change whenever it does.
    var uid: String?
    var resourceVersion: String?
    /// Whether vsrrun made it.
    var isOurs: Bool?
    /// Whether it holds the wanted credentials.
    var isWanted: Bool?

    static func == (a: State, b: State) -> Bool {
      a.exists == b.exists && a.uid == b.uid && a.resourceVersion == b.resourceVersion
    }
  }

  func observe(_ context: Context) async throws -> State {
    let found = try await Kubectl(context, kubeconfig).getWithOwners(["secret", name.text, "-n", namespace.text])
    guard let secret = found.first else { return State(exists: false) }
    // In a rollback nobody is asked for the password: whether another hand changed the Secret is seen by its version.
    let isWanted = (try? await credentials(context))?.isHeld(by: secret) ?? false
    let managers = secret["metadata", "managedFields"]?.array ?? []
    return State(
      exists: true, type: secret["type"]?.string, uid: secret["metadata", "uid"]?.string,
      resourceVersion: secret["metadata", "resourceVersion"]?.string,
      isOurs: managers.contains { $0["manager"]?.string == Kubectl.fieldManager }, isWanted: isWanted)
  }

  private func credentials(_ context: Context) async throws -> DockerConfig {
    guard let password = String(validating: try await context.secret(password), as: UTF8.self), !password.isEmpty else {
      throw PrimitiveError(
        "the password of \(username) at \(server) is empty or no text", hint: "see its source, \(password.source)")
    }
    return DockerConfig(server: server, username: username, password: password)
  }

  func holds(_ state: State) -> Bool { state.isWanted == true }

  func apply(_ context: Context, from state: State) async throws {
    let credentials = try await credentials(context)
    guard !state.exists || state.isOurs == true || replace else {
      throw PrimitiveError(
        "the Secret \(target) is there with other credentials, and vsrrun did not make it",
        hint: "`replace = true` replaces it, which cannot be taken back; or give another name, or delete it by hand")
    }
    let kubectl = Kubectl(context, kubeconfig)
    let head: ValueMap = [
      "apiVersion": "v1", "kind": "Secret",
      "metadata": ["name": .string(name.text), "namespace": .string(namespace.text)],
    ]
    // The type of a Secret cannot be changed.
    if let type = state.type, type != DockerConfig.secretType { try await kubectl.delete([.map(head)]) }
    var secret = head
    secret["type"] = .string(DockerConfig.secretType)
    secret["data"] = credentials.data
    try await kubectl.apply([.map(secret)], force: state.exists, secrets: credentials.secrets)
  }

  func shortfall(_ state: State) -> String? {
    "the Secret \(target) has other credentials after it was applied: another hand writes it too"
  }

  func undo(_ context: Context, to before: State, after: State?, from now: State) async throws {
    guard !before.exists else {
      throw PrimitiveError(
        "the Secret \(target) was replaced, and what it held before is not recorded", hint: "make it again by hand")
    }
    try await Kubectl(context, kubeconfig).delete([
      [
        "apiVersion": "v1", "kind": "Secret",
        "metadata": ["name": .string(name.text), "namespace": .string(namespace.text)],
      ]
    ])
  }
}
