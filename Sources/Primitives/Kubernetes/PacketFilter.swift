import Host

/// The rules that kube-proxy, the CNI plugins and flannel put into the kernel's packet filter, which `kubeadm reset` leaves.
enum PacketFilter {
  /// How their chains begin.
  private static let chains = ["KUBE-", "CNI-", "FLANNEL-"]

  /// Takes them away, by iptables-save(8) and iptables-restore(8) of the rest.
  ///
  /// - Parameter podNetwork: the subnet of the pods, which flannel's rules name; they have no chain of their own.
  static func clean(_ program: String, podNetwork: String?, _ host: any Host) async throws {
    try await optional {
      let saved = try await host.run(
        Command(["\(program)-save"], isReadOnly: true, isQuiet: true, outputLimit: 16 * 1024 * 1024))
      guard saved.succeeded else { throw failure("\(program)-save", saved) }
      let rules = String(decoding: saved.output, as: UTF8.self)
      guard let rest = without(rules, podNetwork: podNetwork) else { return }
      let restored = try await host.run(Command(["\(program)-restore"], input: Array(rest.utf8)))
      guard restored.succeeded else { throw failure("\(program)-restore", restored) }
    }
  }

  /// The rules without those of a cluster; nil if it has none.
  static func without(_ rules: String, podNetwork: String?) -> String? {
    let networks = podNetwork?.split(separator: ",") ?? []
    let lines = rules.split(separator: "\n", omittingEmptySubsequences: false)
    let rest = lines.filter { line in
      let words = line.split { " :\"".contains($0) }
      let names = line.split(separator: " ")
      return !words.contains { word in chains.contains { word.hasPrefix($0) } }
        && !networks.contains(where: names.contains)
    }
    return rest.count == lines.count ? nil : rest.joined(separator: "\n")
  }

  private static func failure(_ program: String, _ result: CommandResult) -> PrimitiveError {
    PrimitiveError("`\(program)` ended with status \(result.status): \(result.complaint)")
  }

  /// Does something with a program that a machine, or its model, may not have: then there is nothing to do.
  static func optional(_ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch let error as HostError where error.isAbsent || error.reason == .unmodelled {}
  }
}
