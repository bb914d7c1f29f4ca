import Crypto
import Host
import Values

/// What kubeadm and the pods of a cluster leave on a machine: read without the API server, so that a broken cluster can be told
/// and taken away too.
struct NodeFootprint: Codable {
  /// The files that make this machine a part of a cluster.
  var traces: [String]
  /// The SHA-256 of the certificate of the cluster's authority, which tells one cluster from another.
  var authority: String?
  /// The names in /etc/cni/net.d.
  var networks: [String]
  /// The network devices that flannel's plugins make.
  var links: [String]
  /// The directories that kubeadm and the plugins make.
  var directories: [String]

  static let adminConfig = "/etc/kubernetes/admin.conf"
  static let kubeletConfig = "/etc/kubernetes/kubelet.conf"
  private static let kubeletSettings = "/var/lib/kubelet/config.yaml"
  private static let networkFolder = "/etc/cni/net.d"
  private static let authorityFile = "/etc/kubernetes/pki/ca.crt"
  private static let certificateFolders = ["/etc/kubernetes/pki", "/etc/kubernetes/pki/etcd", "/var/lib/kubelet/pki"]

  static let manifests = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].map {
    "/etc/kubernetes/manifests/\($0).yaml"
  }
  private static let files =
    [adminConfig, "/etc/kubernetes/super-admin.conf", kubeletConfig]
    + ["bootstrap-kubelet", "controller-manager", "scheduler"].map { "/etc/kubernetes/\($0).conf" } + manifests
  /// `kubeadm init` refuses them where something is in them.
  private static let folders = ["/etc/kubernetes/pki", "/var/lib/etcd"]
  /// Directories that hold nothing but what the cluster put there.
  private static let ownDirectories = [
    "/etc/kubernetes/pki", "/etc/kubernetes/tmp", "/var/lib/etcd", "/var/lib/cni", "/run/flannel",
    "/run/k8s.cni.cncf.io",
  ]
  /// Directories that may hold other things.
  private static let sharedDirectories = [
    "/etc/kubernetes/manifests", "/etc/kubernetes", networkFolder, "/etc/cni", "/var/lib/kubelet",
  ]

  init(_ host: any Host) throws {
    traces =
      try Self.files.filter { try host.status($0) != nil } + Self.folders.filter { try !host.listIfPresent($0).isEmpty }
    authority = try host.text(Self.authorityFile).map { Hex.encode(SHA256.hash(data: Array($0.utf8))) }
    networks = try host.listIfPresent(Self.networkFolder)
    links = try ["cni0", "flannel.1"].filter { try host.status("/sys/class/net/\($0)") != nil }
    directories = try (Self.ownDirectories + Self.sharedDirectories).filter { try host.status($0) != nil }
  }

  /// Whether there is nothing here that was not there `before`.
  func isWithin(_ before: NodeFootprint) -> Bool {
    func adds(_ part: KeyPath<NodeFootprint, [String]>) -> Bool {
      !Set(self[keyPath: part]).isSubset(of: before[keyPath: part])
    }
    return !adds(\.traces) && !adds(\.networks) && !adds(\.links) && !adds(\.directories)
  }

  /// Whether this machine's API server answers, now or in a while: all is there that the kubelet starts it from.
  ///
  /// It never does where kubeadm was cut off too early: it writes etcd's manifest after the API server's (1.20), or the
  /// kubelet's settings after both (later versions). Nor where a power cut left one of the files empty: neither kubeadm nor the
  /// kubelet flushes what it writes.
  static func expectsAPIServer(_ host: any Host) throws -> Bool {
    let manifest = try host.text(manifests[1]) ?? ""
    let hasOwnEtcd = ["127.0.0.1:2379", "[::1]:2379"].contains(where: manifest.contains)
    let needed = [kubeletSettings, kubeletConfig, manifests[1]] + (hasOwnEtcd ? [manifests[0]] : [])
    func isWhole(_ path: String) throws -> Bool {
      guard let status = try host.status(path) else { return false }
      return status.kind != .file || status.size > 0
    }
    return try needed.allSatisfy(isWhole)
      && certificateFolders.allSatisfy { folder in
        try host.listIfPresent(folder).allSatisfy { try isWhole("\(folder)/\($0)") }
      }
  }

  // MARK: Taking away

  /// Empties the directories in which `kubeadm init` bears nothing.
  static func emptyFolders(_ host: any Host) throws {
    for folder in folders {
      for name in try host.listIfPresent(folder) { try host.removeTree("\(folder)/\(name)") }
    }
  }

  /// Takes away what `kubeadm reset` leaves behind and `keep` does not have.
  ///
  /// - Parameter podNetwork: the subnet of the cluster's pods.
  func clean(keeping keep: NodeFootprint, podNetwork: String?, _ host: any Host) async throws {
    for name in networks where !keep.networks.contains(name) { try host.removeTree("\(Self.networkFolder)/\(name)") }
    for link in links where !keep.links.contains(link) {
      try await PacketFilter.optional {
        let result = try await host.run(Command(["ip", "link", "delete", link]))
        // The kernel takes flannel's along with what it stands on.
        guard result.succeeded || result.complaint.contains("Cannot find device") else {
          throw PrimitiveError("`ip link delete \(link)` ended with status \(result.status): \(result.complaint)")
        }
      }
    }
    for program in ["iptables", "ip6tables"] { try await PacketFilter.clean(program, podNetwork: podNetwork, host) }
    for path in Self.ownDirectories where !keep.directories.contains(path) { try empty(path, host) }
    for path in Self.sharedDirectories where !keep.directories.contains(path) {
      if try host.status(path) != nil, try host.list(path).isEmpty { try host.remove(path) }
    }
  }

  /// Removes a directory with all that is in it; one that is a mount stays, empty.
  private func empty(_ path: String, _ host: any Host) throws {
    do {
      if try host.status(path) != nil { try host.removeTree(path) }
    } catch  where error.isSystem(.busy) {}
  }

  /// What stays where a cluster is taken away that vsrrun did not make: networks that are not of flannel and multus.
  var withoutCluster: NodeFootprint {
    var rest = self
    rest.traces = []
    rest.networks = networks.filter { !$0.contains("flannel") && !$0.contains("multus") }
    rest.links = []
    rest.directories = Self.sharedDirectories
    return rest
  }
}
