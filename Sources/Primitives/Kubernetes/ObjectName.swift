import Values

/// The name of an object of the Kubernetes API.
struct ObjectName: ArgumentValue, Hashable, CustomStringConvertible {
  var text: String
  var description: String { text }

  static var typeName: String { "name of a Kubernetes object such as \"kube-flannel-ds\"" }
  static var blank: ObjectName { ObjectName("") }
  var argument: Value { .string(text) }

  init(_ text: String) { self.text = text }

  init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, KubernetesName.isPathSegment(text), !text.hasPrefix("-"),
      !text.contains(where: \.isWhitespace)
    else { throw Self.mismatch(argument) }
    self.text = text
  }
}
