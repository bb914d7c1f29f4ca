/// The names that the API server accepts (Kubernetes documentation, "Object Names and IDs", "Labels and Selectors").
enum KubernetesName {
  /// A label of RFC 1123: a namespace, a container.
  static func isLabel(_ text: some StringProtocol) -> Bool { text.utf8.count <= 63 && isWord(text) }

  /// A subdomain of RFC 1123: most names.
  static func isSubdomain(_ text: some StringProtocol) -> Bool {
    text.utf8.count <= 253
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isWord($0) }
  }

  private static func isWord(_ text: some StringProtocol) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.first != dash && bytes.last != dash && !bytes.isEmpty
      && bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == dash }
  }

  /// What can be a part of a URL's path: the names of roles, such as `system:node`.
  static func isPathSegment(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text != "." && text != ".." && !text.contains("/") && !text.contains("%")
  }

  /// The key of a label, an annotation or a taint: `app`, `k8s.v1.cni.cncf.io/networks`.
  static func isKey(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.last, !name.isEmpty, isLabelValue(name) else { return false }
    return parts.count == 1 || isSubdomain(parts[0])
  }

  /// The value of a label; it may be empty.
  static func isLabelValue(_ text: some StringProtocol) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last else { return true }
    return bytes.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
      && bytes.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  private static let dash = UInt8(ascii: "-")
  private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLower(byte | 0x20) }
}
