import Values

struct KubeWaitCRD: Query {
  static let name = "kube.wait_crd"
  static let summary = "Waits until the API server serves the kind that a CustomResourceDefinition defines."
  static let details = """
    Before its condition Established is true, applying an object of that kind fails (documented steps D24 and D33). It changes nothing, \
    so it is a query: it never counts as a change and runs again when the run is resumed.
    """
  static let answers = "`true`"
  static let answerType = "true"
  static let errors = "The time is over; the error says what the API server says of it."
  static let example = #"kube.wait_crd "network-attachment-definitions.k8s.cni.cncf.io""#

  @Argument("its name, plural and group", bare: true) var name: ObjectName
  @Argument("seconds to wait") var timeout = 60
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func validate() throws(ArgumentError) { try Waiting.check(timeout, Self.name) }

  func answer(_ context: Context) async throws -> Value {
    let kubectl = Kubectl(context, kubeconfig)
    return try await Waiting(context: context, timeout: timeout).until(
      "the CustomResourceDefinition \(name) is not established"
    ) {
      let found = try await kubectl.get(["customresourcedefinitions.apiextensions.k8s.io", name.text])
      guard let definition = found.first else {
        return .not(.init(text: "there is none of that name", hint: "apply it first; its name is PLURAL.GROUP"))
      }
      let conditions = definition["status", "conditions"]?.array ?? []
      if conditions.contains(where: { $0["type"] == "Established" && $0["status"] == "True" }) { return .holds(true) }
      let refusal = conditions.first { $0["type"] == "NamesAccepted" && $0["status"] == "False" }
      return .not(
        .init(
          text: refusal?["message"]?.string.map { "the API server refuses it: \($0)" }
            ?? "the API server has not taken it up yet",
          hint: "`kubectl describe crd \(name)` says more"))
    }
  }
}
