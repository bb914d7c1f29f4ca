/// What a docker daemon does to the machine at its start, besides running: as seen with docker.io 20.10 on Debian 12.
extension Machine {
  /// For its default bridge, and the rules of the packet filter for that.
  private static let modulesOfDocker = [
    "overlay", "br_netfilter", "nf_conntrack_netlink", "nft_chain_nat", "nft_compat", "xfrm_user", "xt_MASQUERADE",
    "xt_addrtype", "xt_conntrack",
  ]

  /// The modules that it loads, of those that the machine has, and what they depend on.
  var modulesOfDocker: Set<String> {
    var found: Set<String> = []
    func add(_ name: String) {
      guard let module = modules.available[name], found.insert(name).inserted else { return }
      module.depends.forEach(add)
    }
    Self.modulesOfDocker.forEach(add)
    return found.subtracting(modules.builtin)
  }
  /// Whether it is installed and runs where nothing else is said.
  var isDockerOrdinary: Bool { packageUnits["docker.service"]?.isStarted == true }

  mutating func dockerStarted() {
    for module in Self.modulesOfDocker { autoload(module) }
    try? writeSysctl(Self.forwarding[0], "1")
    if hasDockerKey, files.node(Self.dockerKey) == nil { files.set(Self.dockerKey, text: "{}\n", mode: 0o600) }
  }

  /// The identity of the daemon, which it makes up to its version 22.
  static let dockerKey = "/etc/docker/key.json"

  var hasDockerKey: Bool {
    guard let version = packages.installed["docker.io"]?.version else { return false }
    return Int(version.prefix { $0.isNumber }).map { $0 < 23 } ?? false
  }
}
