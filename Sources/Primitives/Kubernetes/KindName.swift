import Values

/// A kind of object as kubectl takes it: `DaemonSet`, `pods`, `customresourcedefinitions.apiextensions.k8s.io`.
struct KindName: ArgumentValue, Hashable, CustomStringConvertible {
  var text: String
  var description: String { text }

  static var typeName: String { "kind such as \"DaemonSet\"" }
  static var blank: KindName { KindName("") }
  var argument: Value { .string(text) }

  init(_ text: String) { self.text = text }

  init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, text.first?.isLetter == true,
      text.utf8.allSatisfy({
        $0 == 0x2d || $0 == 0x2e || (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20)
      })
    else { throw Self.mismatch(argument) }
    self.text = text
  }
}
