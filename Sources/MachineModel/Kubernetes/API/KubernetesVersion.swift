/// A version of Kubernetes, `v1.24.0`.
struct KubernetesVersion: Equatable, Sendable, CustomStringConvertible {
  var minor: Int
  var patch: Int

  init(minor: Int, patch: Int = 0) {
    self.minor = minor
    self.patch = patch
  }

  /// Reads `v1.24.0`, `1.24.0`, and the versions of packages: `1.24.0-00`, `1.24.0-2.1`.
  init?(_ text: String) {
    let plain = text.hasPrefix("v") ? text.dropFirst() : text[...]
    let numbers = (plain.split(separator: "-").first ?? "").split(separator: ".").map { Int($0) }
    guard numbers.count == 3, numbers[0] == 1, let minor = numbers[1], let patch = numbers[2],
      (0...999).contains(minor), (0...999).contains(patch)
    else { return nil }
    self.init(minor: minor, patch: patch)
  }

  var description: String { "v1.\(minor).\(patch)" }
}
