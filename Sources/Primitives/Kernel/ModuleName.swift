public import Values

/// The name of a kernel module: letters, digits, `-` and `_`, of which the kernel takes the last two for the same.
public struct ModuleName: ArgumentValue, Sendable, Hashable, CustomStringConvertible {
  public var text: String
  public var description: String { text }

  public static var typeName: String { "module name such as \"vfio-pci\"" }
  public static var blank: ModuleName { ModuleName(unchecked: "") }
  public var argument: Value { .string(text) }

  private init(unchecked text: String) { self.text = text }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, !text.isEmpty, text.utf8.allSatisfy(Self.isAllowed), !text.hasPrefix("-") else {
      throw Self.mismatch(argument)
    }
    self.text = text
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte == 45 || byte == 95 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  /// As `/sys/module` and `/proc/modules` have it.
  var underscored: String { String(text.map { $0 == "-" ? "_" : $0 }) }
}
