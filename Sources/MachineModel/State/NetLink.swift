/// A network device as far as the install looks at it.
struct NetLink: Equatable, Sendable {
  enum Kind: String, Sendable {
    case physical, bond, vlan, bridge
    /// Any other without hardware: veth, dummy, a tunnel.
    case virtual
  }

  var name: String
  var kind = Kind.physical
  var mac: String
  var mtu = 1500
  /// What the network configuration sets at boot.
  var bootMTU = 1500
  /// IFF_UP.
  var isUp = false
  /// Whether the network configuration brings it up at every boot.
  var isConfigured = false
  /// The device above this one, a bond or bridge.
  var master: String?
  /// The devices below this one: of a VLAN the one it is on.
  var lower: [String] = []
  /// With their prefix: `192.0.2.7/24`.
  var addresses: [String] = []
  /// Destinations, `default` or `198.51.100.0/24`, each with an optional ` via 192.0.2.1`; ` proto ra` behind those that came
  /// from an IPv6 router by itself.
  var routes: [String] = []
  /// Whether the administrator's SSH session comes in here.
  var carriesSSH = false

  init(_ name: String, kind: Kind = .physical, mac: String? = nil) {
    self.name = name
    self.kind = kind
    self.mac = mac ?? Self.localMAC(name)
  }

  /// A locally administered address that is always the same for the same text.
  static func localMAC(_ text: String) -> String {
    let digits = Array(StableHash.digits("mac" + text))
    return "02:" + (0..<5).map { String(digits[$0 * 2...$0 * 2 + 1]) }.joined(separator: ":")
  }

  /// What taking the device away loses.
  mutating func reset() {
    isUp = false
    mtu = 1500
    master = nil
    addresses = []
    routes = []
    carriesSSH = false
  }
}
