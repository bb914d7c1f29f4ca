public import Values

/// A size in memory: bytes as an integer, or with a binary unit such as `"1GiB"`, `"2MiB"` (`"1G"` and `"2M"`, as
/// the kernel writes them, mean the same).
public struct ByteSize: ArgumentValue, Sendable, Hashable {
  public var bytes: Int
  public init(bytes: Int) { self.bytes = bytes }

  public static var typeName: String { "size such as \"1GiB\"" }
  public static var luaType: String { "string|integer" }
  public static var blank: ByteSize { ByteSize(bytes: 0) }
  public var argument: Value { .string(description) }

  public init(argument: Value) throws(ArgumentProblem) {
    if let bytes = argument.integer, bytes > 0 {
      self.bytes = bytes
    } else if let text = argument.string, let size = ByteSize(text), size.bytes > 0 {
      self = size
    } else {
      throw Self.mismatch(argument)
    }
  }

  /// Reads `1GiB`, `1G`, `1024M`, `1048576kB`, `4096`.
  public init?(_ text: some StringProtocol) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits) else { return nil }
    let factor: Int
    switch text.dropFirst(digits.count).lowercased() {
    case "", "b": factor = 1
    case "k", "kb", "kib": factor = 1 << 10
    case "m", "mb", "mib": factor = 1 << 20
    case "g", "gb", "gib": factor = 1 << 30
    default: return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  /// The number of kibibytes, as `hugepages-1048576kB` has it.
  public var kibibytes: Int { bytes >> 10 }
}

extension ByteSize: CustomStringConvertible {
  public var description: String {
    for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where bytes >= 1 << shift && bytes % (1 << shift) == 0
    {
      return "\(bytes >> shift)\(unit)"
    }
    return String(bytes)
  }
}
