import Host
import Values

struct SysctlGet: Query {
  static let name = "sysctl.get"
  static let summary = "The live value of a kernel parameter."
  static let answers = "the value as a string, columns separated by one space, or `nil` if the kernel does not have it"
  static let answerType = "string?"
  static let example = #"sysctl.get "net.ipv4.ip_forward""#

  @Argument("which parameter", bare: true) var key: SysctlKey

  func answer(_ context: Context) throws -> Value { try liveSysctl(key, context.host).map { .string($0) } ?? nil }
}

/// The live value; columns, which the kernel separates by tabs, separated by one space.
func liveSysctl(_ key: SysctlKey, _ host: any Host) throws -> String? {
  try host.text(key.path).map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
