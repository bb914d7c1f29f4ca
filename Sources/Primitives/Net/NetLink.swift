import Host
import Values

/// Whether a network device is there and set up, by its flags in sysfs.
enum LinkFlags {
  /// IFF_UP of linux/if.h.
  static let up = 0x1

  static func path(_ device: NetDeviceName) -> String { "\(device.path)/flags" }

  static func read(_ device: NetDeviceName, _ host: any Host) throws -> Int? {
    try host.text(path(device)).flatMap { Int($0.hasPrefix("0x") ? $0.dropFirst(2) : $0[...], radix: 16) }
  }

  static func hexadecimal(_ flags: Int) -> String { "0x" + String(flags, radix: 16) }
}

extension NetDeviceName {
  /// What to say where there is no such device.
  func absence(_ host: any Host) throws -> PrimitiveError { try Self.absence(of: text, host) }

  static func absence(of name: String, _ host: any Host) throws -> PrimitiveError {
    let names = try host.listIfPresent("/sys/class/net").filter { $0 != "lo" }
    let suggestion = Suggestion.closest(to: name, in: names).map { "did you mean '\($0)'?" }
    return PrimitiveError(
      "there is no network device \(name)", hint: suggestion ?? "this machine has \(names.joined(separator: ", "))")
  }
}

struct NetLink: Query {
  static let name = "net.link"
  static let summary = "What sysfs tells of a network device."
  static let answers = """
    a table of `name`, `address` (its PCI address, if it has one), `driver`, `up`, `operstate`, `mtu`, `mac`, `carries` (what \
    of the network goes over it or what stands on it: a VLAN, bond or bridge; absent if nothing); `nil` if there is no such device
    """
  static let answerType = """
    { name: string, address?: string, driver?: string, up: boolean, operstate?: string, mtu?: integer, mac?: string, \
    carries?: string }?
    """
  static let example = #"local link = net.link "ens787f0""#

  @Argument("its name", bare: true) var device: NetDeviceName

  func answer(_ context: Context) throws -> Value {
    let host = context.host
    guard let flags = try LinkFlags.read(device, host) else { return nil }
    let root = device.path
    var map: ValueMap = ["name": .string(device.text), "up": .boolean(flags & LinkFlags.up != 0)]
    map["address"] = try host.linkName("\(root)/device").flatMap { PCIAddress($0) }.map { .string($0.text) }
    map["driver"] = try host.linkName("\(root)/device/driver").map { .string($0) }
    map["operstate"] = try host.text("\(root)/operstate").map { .string($0) }
    map["mtu"] = try host.text("\(root)/mtu").flatMap { Int($0) }.map { .integer($0) }
    map["mac"] = try host.text("\(root)/address").map { .string($0) }
    map["carries"] = try DeviceUse.network(device.text, host).map { .string($0) }
    return .map(map)
  }
}
