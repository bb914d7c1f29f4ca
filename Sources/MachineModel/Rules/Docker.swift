/// What a docker daemon does to the machine at its start, besides running: as seen with docker.io 20.10 on Debian 12.
extension Machine {
  /// For its default bridge, and the rules of the packet filter for that.
  private static let modulesOfDocker = [
    "overlay", "br_netfilter", "nf_conntrack_netlink", "nft_chain_nat", "nft_compat", "xfrm_user", "xt_MASQUERADE",
    "xt_addrtype", "xt_conntrack",
  ]

  /// The modules that it loads, of those that the machine has, and what they bring along.
  var modulesOfDocker: Set<String> {
    withDependencies(Self.modulesOfDocker.filter { modules.available[$0] != nil })
  }

  /// Whether it is installed and runs where nothing else is said.
  var isDockerOrdinary: Bool { packageUnits["docker.service"]?.isStarted == true }

  mutating func dockerStarted() {
    for module in Self.modulesOfDocker { autoload(module) }
    try? writeSysctl(Self.forwarding[0], "1")
    if let key = dockerKey, files.node(key.path) == nil { files.set(key.path, text: key.text, mode: 0o600) }
  }

  /// The identity of the daemon, which it makes up to its version 22; nil from the next on.
  var dockerKey: (path: String, text: String)? {
    guard let version = packages.installed["docker.io"]?.version, let major = Int(version.prefix { $0.isNumber }),
      major < 23
    else { return nil }
    return ("/etc/docker/key.json", "{}\n")
  }
}
