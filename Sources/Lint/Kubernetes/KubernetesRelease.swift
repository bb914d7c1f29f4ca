/// A minor version of Kubernetes: `1.33`.
public struct KubernetesRelease: Sendable, Hashable, Comparable, CustomStringConvertible {
  public var minor: Int

  public init(minor: Int) { self.minor = minor }

  /// Reads `1.33`, `1.33.0`, `v1.33.0`.
  public init?(_ text: String) {
    let plain = text.hasPrefix("v") ? text.dropFirst() : text[...]
    let numbers = plain.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(numbers.count), numbers[0] == "1",
      numbers.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 3 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
      let minor = Int(numbers[1])
    else { return nil }
    self.minor = minor
  }

  public var description: String { "1.\(minor)" }

  public static func < (a: KubernetesRelease, b: KubernetesRelease) -> Bool { a.minor < b.minor }
}
