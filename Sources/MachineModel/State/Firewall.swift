/// The rules of the kernel's packet filter, as iptables-save(8) shows them.
struct Firewall: Equatable, Sendable {
  enum Family: String, CaseIterable, Sendable { case ipv4, ipv6 }

  /// A table: its chains (with their policies) and its rules.
  struct Table: Equatable, Sendable {
    var chains: [String] = []
    var rules: [String] = []

    /// Whether it is as the kernel has it before anybody adds something.
    var isPlain: Bool { rules.isEmpty && chains.allSatisfy { $0.contains(" ACCEPT ") } }
  }

  private(set) var tables: [Family: [String: Table]] = [:]

  static func == (a: Firewall, b: Firewall) -> Bool {
    Family.allCases.allSatisfy { a.tables[$0] ?? [:] == b.tables[$0] ?? [:] }
  }

  /// What iptables-save prints: nothing of tables that are as they were at boot.
  func text(_ family: Family) -> String {
    (tables[family] ?? [:]).sorted { $0.key < $1.key }.map { name, table in
      (["*\(name)"] + table.chains.map { ":\($0)" } + table.rules + ["COMMIT"]).map { $0 + "\n" }.joined()
    }.joined()
  }

  /// What iptables-restore makes of `text`: each table in it is replaced, or added to.
  mutating func restore(_ text: String, _ family: Family, keepsRules: Bool = false) {
    var name: String?
    var table = Table()
    for line in text.lines.map({ String($0).trimmed }) {
      if line.hasPrefix("*") {
        name = String(line.dropFirst())
        table = keepsRules ? tables[family]?[name ?? ""] ?? Table() : Table()
      } else if line.hasPrefix(":") {
        let chain = String(line.dropFirst())
        let word = chain.words.first
        table.chains.removeAll { $0.words.first == word }
        table.chains.append(chain)
      } else if line == "COMMIT", let ended = name {
        tables[family, default: [:]][ended] = table.isPlain ? nil : table
        name = nil
      } else if !line.isEmpty, !line.hasPrefix("#") {
        if !table.rules.contains(line) { table.rules.append(line) }
      }
    }
  }

  /// Takes away what `other` has too.
  mutating func remove(_ other: Firewall) {
    for (family, theirs) in other.tables {
      for (name, table) in theirs {
        guard var mine = tables[family]?[name] else { continue }
        mine.rules.removeAll(where: table.rules.contains)
        mine.chains.removeAll { table.chains.contains($0) && !$0.contains(" ACCEPT ") }
        tables[family]?[name] = mine.isPlain ? nil : mine
      }
    }
  }

  // MARK: What Kubernetes adds

  private static let proxyRules = """
    *filter
    :INPUT ACCEPT [0:0]
    :FORWARD ACCEPT [0:0]
    :OUTPUT ACCEPT [0:0]
    :KUBE-FIREWALL - [0:0]
    :KUBE-FORWARD - [0:0]
    :KUBE-SERVICES - [0:0]
    -A INPUT -j KUBE-FIREWALL
    -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
    -A OUTPUT -j KUBE-FIREWALL
    COMMIT
    *nat
    :PREROUTING ACCEPT [0:0]
    :INPUT ACCEPT [0:0]
    :OUTPUT ACCEPT [0:0]
    :POSTROUTING ACCEPT [0:0]
    :KUBE-MARK-MASQ - [0:0]
    :KUBE-POSTROUTING - [0:0]
    :KUBE-SERVICES - [0:0]
    -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
    -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
    -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
    COMMIT

    """

  mutating func addKubeProxy() {
    for family in Family.allCases { restore(Self.proxyRules, family, keepsRules: true) }
  }

  /// What `flanneld --ip-masq` adds (network/iptables.go of flannel 0.13): no chains of its own.
  mutating func addFlannel(_ cluster: Cluster) {
    let (all, own) = (cluster.network, "\(cluster.networkPrefix).0.0/24")
    restore(
      """
      *filter
      :INPUT ACCEPT [0:0]
      :FORWARD ACCEPT [0:0]
      :OUTPUT ACCEPT [0:0]
      -A FORWARD -s \(all) -j ACCEPT
      -A FORWARD -d \(all) -j ACCEPT
      COMMIT
      *nat
      :PREROUTING ACCEPT [0:0]
      :INPUT ACCEPT [0:0]
      :OUTPUT ACCEPT [0:0]
      :POSTROUTING ACCEPT [0:0]
      -A POSTROUTING -s \(all) -d \(all) -j RETURN
      -A POSTROUTING -s \(all) ! -d 224.0.0.0/4 -j MASQUERADE --random-fully
      -A POSTROUTING ! -s \(all) -d \(own) -j RETURN
      -A POSTROUTING ! -s \(all) -d \(all) -j MASQUERADE --random-fully
      COMMIT

      """, .ipv4, keepsRules: true)
  }
}
