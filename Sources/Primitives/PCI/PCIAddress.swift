public import Values

/// A PCI address with its domain, as sysfs writes it: `0000:81:00.0`.
public struct PCIAddress: ArgumentValue, Sendable, Hashable, CustomStringConvertible {
  public var text: String
  public var description: String { text }

  public static var typeName: String { "PCI address such as \"0000:81:00.0\"" }
  public static var blank: PCIAddress { PCIAddress(unchecked: "0000:00:00.0") }
  public var argument: Value { .string(text) }

  private init(unchecked text: String) { self.text = text }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, let address = PCIAddress(text) else { throw Self.mismatch(argument) }
    self = address
  }

  /// Takes an address with or without the domain, which is 0000 then.
  public init?(_ text: String) {
    let parts = text.lowercased().split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
    guard parts.allSatisfy({ !$0.isEmpty && UInt32($0, radix: 16) != nil }) else { return nil }
    switch parts.map(\.count) {
    case [4, 2, 2, 1]: self.text = "\(parts[0]):\(parts[1]):\(parts[2]).\(parts[3])"
    case [2, 2, 1]: self.text = "0000:\(parts[0]):\(parts[1]).\(parts[2])"
    default: return nil
    }
  }

  public var path: String { "/sys/bus/pci/devices/\(text)" }
}
