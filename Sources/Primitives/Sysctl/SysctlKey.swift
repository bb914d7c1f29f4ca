public import Values

/// The name of a kernel parameter as sysctl(8) writes it: `net.ipv4.ip_forward`. A part that itself has dots is written
/// with the separators exchanged: `net/ipv4/conf/eth0.100/forwarding`.
public struct SysctlKey: ArgumentValue, Sendable, Hashable, CustomStringConvertible {
  public var text: String
  public var description: String { text }

  public static var typeName: String { "sysctl name such as \"net.ipv4.ip_forward\"" }
  public static var blank: SysctlKey { SysctlKey("") }
  public var argument: Value { .string(text) }

  public init(_ text: String) { self.text = text }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, text.contains(where: { $0 == "." || $0 == "/" }) else {
      throw Self.mismatch(argument)
    }
    self.text = text
    // The parts of the path, after the exchange: `a.//.b` would lead out of /proc/sys.
    let parts = path.dropFirst("/proc/sys/".count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." }), !text.contains(where: \.isWhitespace),
      !text.utf8.contains(0)
    else { throw Self.mismatch(argument) }
  }

  /// Where the kernel shows it: below `/proc/sys`.
  public var path: String {
    let first = text.first { $0 == "." || $0 == "/" }
    let exchanged = text.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 }
    return "/proc/sys/" + (first == "/" ? text : String(exchanged))
  }
}
