import Host
public import Values

/// A physical function, named by its network device (`ens787f0`) or by its PCI address.
public struct PhysicalFunction: ArgumentValue, Sendable, Hashable, CustomStringConvertible {
  public var text: String
  public var description: String { text }

  public static var typeName: String { "network device such as \"ens787f0\", or a PCI address" }
  public static var blank: PhysicalFunction { PhysicalFunction("") }
  public var argument: Value { .string(text) }

  public init(_ text: String) { self.text = PCIAddress(text)?.text ?? text }

  public init(argument: Value) throws(ArgumentProblem) {
    guard let text = argument.string, !text.isEmpty, !text.contains("/"), text != ".", text != "..",
      !text.utf8.contains(0)
    else {
      throw Self.mismatch(argument)
    }
    self.init(text)
  }

  /// The PCI function; an error if there is none.
  func function(_ host: any Host) throws -> PCIFunction {
    if let address = PCIAddress(text) { return try PCIFunction(at: address, host) }
    guard try host.status("/sys/class/net/\(text)") != nil else {
      throw try NetDeviceName.absence(of: text, host)
    }
    guard let name = try host.linkName("/sys/class/net/\(text)/device"), let address = PCIAddress(name) else {
      throw PrimitiveError("\(text) is no PCI device")
    }
    return try PCIFunction(at: address, host)
  }
}
