/// Names of phases as people type them: `containerd-and-kubelet` for "Containerd and kubelet".
enum Slug {
  static func of(_ name: String) -> String {
    name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
  }

  static func matches(_ given: String, _ name: String) -> Bool { given == name || of(given) == of(name) }
}
