import Values

struct KubeList: Query {
  static let name = "kube.list"
  static let summary = "The objects of one kind in the Kubernetes API."
  static let answers = "a list of objects as tables, Secrets without what they hold; an empty one if there are none"
  static let answerType = "table<string, any>[]"
  static let example = #"for _, pod in ipairs(kube.list { kind = "Pod", namespace = "kube-system" }) do … end"#

  @Argument("their kind") var kind: KindName
  @Argument("where they live; in all namespaces otherwise") var namespace: NamespaceName?
  @Argument("labels that they have, such as app=fastpath") var selector: String?
  @Argument("fields that they have, such as spec.nodeName=reference") var fieldSelector: String?
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func answer(_ context: Context) async throws -> Value {
    var arguments = [kind.text] + (namespace.map { ["-n", $0.text] } ?? ["--all-namespaces"])
    if let selector { arguments += ["-l", selector] }
    if let fieldSelector { arguments.append("--field-selector=\(fieldSelector)") }
    return .array(try await Kubectl(context, kubeconfig).get(arguments).map(Self.told))
  }

  /// An object as scripts see it.
  static func told(_ object: Value) -> Value {
    var object = object
    object.remove("metadata", "managedFields")
    return ObjectContent.withoutSecrets(object)
  }
}
