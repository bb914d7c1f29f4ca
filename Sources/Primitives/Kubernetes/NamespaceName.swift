import Values

/// The name of a Kubernetes namespace.
struct NamespaceName: ArgumentValue, Hashable, CustomStringConvertible {
  var text: String
  var description: String { text }

  static var typeName: String { "namespace such as \"kube-system\"" }
  static var blank: NamespaceName { NamespaceName("default") }
  var argument: Value { .string(text) }

  init(_ text: String) { self.text = text }

  init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, KubernetesName.isLabel(text) else { throw Self.mismatch(argument) }
    self.text = text
  }
}
