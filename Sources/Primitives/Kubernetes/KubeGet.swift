import Values

struct KubeGet: Query {
  static let name = "kube.get"
  static let summary = "One object of the Kubernetes API."
  static let answers = "the object as a table, a Secret without what it holds; `nil` if there is none"
  static let answerType = "table<string, any>?"
  static let example = #"local node = kube.get { kind = "Node", name = "reference" }"#

  @Argument("its kind") var kind: KindName
  @Argument("its name") var name: ObjectName
  @Argument("where it lives, if its kind lives in namespaces") var namespace = NamespaceName("default")
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func answer(_ context: Context) async throws -> Value {
    let found = try await Kubectl(context, kubeconfig).get([kind.text, name.text, "-n", namespace.text])
    return found.first.map(KubeList.told) ?? nil
  }
}
