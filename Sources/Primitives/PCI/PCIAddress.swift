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

  /// Takes an address with or without the domain, which is 0000 then. A domain can have more than four digits (those of
  /// Intel VMD begin at 10000); a bus has 32 devices of 8 functions each.
  public init?(_ text: String) {
    let text = text.lowercased()
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2 { parts.insert("0000", at: 0) }
    guard parts.count == 3, (4...8).contains(parts[0].utf8.count), parts[1].utf8.count == 2 else { return nil }
    let slot = parts[2].split(separator: ".", omittingEmptySubsequences: false)
    guard slot.count == 2, slot[0].utf8.count == 2, slot[1].utf8.count == 1,
      (parts[0...1] + slot).allSatisfy({ $0.utf8.allSatisfy(Self.isHexDigit) }),
      let device = UInt8(slot[0], radix: 16), device < 32, let function = UInt8(slot[1], radix: 16), function < 8
    else { return nil }
    self.text = parts.joined(separator: ":")
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...102).contains(byte) }

  public var path: String { "/sys/bus/pci/devices/\(text)" }
}
