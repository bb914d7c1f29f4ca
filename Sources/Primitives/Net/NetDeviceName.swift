public import Values

/// The name of a network device, by the kernel's rule (dev_valid_name of net/core/dev.c): up to 15 bytes without `/`,
/// `:` and white space, and neither `.` nor `..`.
public struct NetDeviceName: ArgumentValue, Sendable, Hashable, CustomStringConvertible {
  public var text: String
  public var description: String { text }

  public static var typeName: String { "network device such as \"ens787f0\"" }
  public static var blank: NetDeviceName { NetDeviceName(unchecked: "") }
  public var argument: Value { .string(text) }

  private init(unchecked text: String) { self.text = text }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, (1...15).contains(text.utf8.count), text != ".", text != "..",
      !text.contains(where: { $0 == "/" || $0 == ":" || $0.isWhitespace }), !text.utf8.contains(0)
    else { throw Self.mismatch(argument) }
    self.text = text
  }

  var path: String { "/sys/class/net/\(text)" }
}
