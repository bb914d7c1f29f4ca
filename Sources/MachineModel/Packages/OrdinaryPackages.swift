/// The packages that an ordinary server has, and what the repositories offer that everyone can reach.
enum OrdinaryPackages {
  /// What every server of this system has installed, as far as an install looks at it.
  static func installed(_ os: OperatingSystem) -> [String: InstalledPackage] {
    var names = [
      "adduser", "apt", "base-files", "bash", "ca-certificates", "coreutils", "dpkg", "ethtool", "gnupg",
      "init-system-helpers",
      "iproute2", "iptables", "kmod", "libc6", "mount", "openssh-server", "perl-base", "systemd", "udev", "util-linux",
    ]
    if os.id == "ubuntu" { names += ["curl", "git"] }
    return Dictionary(
      uniqueKeysWithValues: names.map { name in
        let isAuto = ["adduser", "perl-base"].contains(name)
        return (name, InstalledPackage(version: archive(os)[name]?.first ?? "1.0", isAuto: isAuto))
      })
  }

  // MARK: Sources

  /// `/etc/apt/sources.list`
  static func sourcesList(_ os: OperatingSystem, codename: String?) -> String {
    let suite = codename ?? "stable"
    return os.id == "debian"
      ? "deb http://deb.debian.org/debian \(suite) main\n"
      : "deb http://archive.ubuntu.com/ubuntu \(suite) main universe\n"
  }

  /// The versions of the system's own archive, by package.
  static func archive(_ os: OperatingSystem) -> [String: [String]] {
    let versions: [String: (ubuntu: String, debian: String)] = [
      "adduser": ("3.118ubuntu2", "3.134"), "apt": ("2.0.11", "2.6.1"), "apt-transport-https": ("2.0.11", "2.6.1"),
      "base-files": ("11ubuntu5.8", "12.4+deb12u12"), "bash": ("5.0-6ubuntu1.2", "5.2.15-2+b8"),
      "build-essential": ("12.8ubuntu1.1", "12.9"), "ca-certificates": ("20240203~20.04.1", "20230311+deb12u1"),
      "conntrack": ("1:1.4.5-2", "1:1.4.7-1+b2"), "containerd": ("1.7.24-0ubuntu1~20.04.2", "1.6.20~ds1-1+deb12u1"),
      "containernetworking-plugins": ("0.8.5-1", "1.1.1+ds1-3+b12"), "coreutils": ("8.30-3ubuntu2", "9.1-1"),
      "curl": ("7.68.0-1ubuntu2.25", "7.88.1-10+deb12u8"),
      "docker.io": ("24.0.7-0ubuntu2~20.04.1", "20.10.24+dfsg1-1+deb12u1"),
      "dpkg": ("1.19.7ubuntu3.2", "1.21.22"), "ebtables": ("2.0.11-3build1", "2.0.11-5"),
      "ethtool": ("1:5.4-1", "1:6.1-1"),
      "gcc": ("4:9.3.0-1ubuntu2", "4:12.2.0-3"), "git": ("1:2.25.1-1ubuntu3.14", "1:2.39.5-0+deb12u2"),
      "gnupg": ("2.2.19-3ubuntu2.4", "2.2.40-1.1"), "golang": ("2:1.13~1ubuntu2", "2:1.19~1"),
      "golang-go": ("2:1.13~1ubuntu2", "2:1.19~1"),
      "init-system-helpers": ("1.57", "1.65.2"), "iproute2": ("5.5.0-1ubuntu1", "6.1.0-3"),
      "iptables": ("1.8.4-3ubuntu2.1", "1.8.9-2"),
      "jq": ("1.6-1ubuntu0.20.04.1", "1.6-2.1"), "kmod": ("27-1ubuntu2.1", "30+20221128-1"),
      "libc6": ("2.31-0ubuntu9.18", "2.36-9+deb12u10"),
      "make": ("4.2.1-1.2", "4.3-4.1"), "mount": ("2.34-0.1ubuntu9.6", "2.38.1-5+deb12u3"),
      "mstflint": ("4.13.0-2", "4.21.0+1-1"),
      "openssh-server": ("1:8.2p1-4ubuntu0.13", "1:9.2p1-2+deb12u5"),
      "perl-base": ("5.30.0-9ubuntu0.5", "5.36.0-7+deb12u2"),
      "pigz": ("2.4-1", "2.6-1"), "runc": ("1.1.12-0ubuntu2~20.04.1", "1.1.5+ds1-1+deb12u1"),
      "socat": ("1.7.3.3-2", "1.7.4.4-2"),
      "rdma-core": ("28.0-1ubuntu1", "44.0-2"),
      "systemd": ("245.4-4ubuntu3.24", "252.36-1~deb12u1"), "udev": ("245.4-4ubuntu3.24", "252.36-1~deb12u1"),
      "util-linux": ("2.34-0.1ubuntu9.6", "2.38.1-5+deb12u3"),
    ]
    return versions.mapValues { [os.id == "ubuntu" ? $0.ubuntu : $0.debian] }
  }

  /// The packages that an install is about.
  static var known: Set<String> { Set(archive(OperatingSystem()).keys).union(kubernetes(minor: 24).keys) }

  /// What the repository of a minor version on pkgs.k8s.io offers: in the model, its first four patch releases.
  private static func kubernetes(minor: Int) -> [String: [String]] {
    let versions = (0...3).map { "1.\(minor).\($0)-1.1" }
    return [
      "kubeadm": versions, "kubectl": versions, "kubelet": versions, "cri-tools": ["1.\(minor).0-1.1"],
      "kubernetes-cni": [minor < 28 ? "1.2.0-2.1" : "1.3.0-1.1"],
    ]
  }

  /// The first and the last minor version that has a repository.
  private static let minors = 24...37

  /// What the repository of all versions before those offered, now gone.
  private static func formerKubernetes() -> [String: [String]] {
    let versions = (20...23).flatMap { minor in (0...3).map { "1.\(minor).\($0)-00" } }
    return [
      "kubeadm": versions, "kubectl": versions, "kubelet": versions, "cri-tools": ["1.19.0-00"],
      "kubernetes-cni": ["0.8.7-00"],
    ]
  }

  /// What is at an address that the machine's description says nothing of: the public repositories, or a mirror, which offers
  /// Kubernetes v1.NN where its path has that, and what the system's archive has otherwise.
  ///
  /// - Parameter isAnythingThere: Whether it is not known what the network has: a mirror may then have any version.
  static func repository(
    _ source: AptSource, _ os: OperatingSystem, isAnythingThere: Bool = false
  ) -> PackageRepository {
    // Gone since 2024-03-04.
    if source.host == "apt.kubernetes.io" { return .missing }
    let minor = source.uri.split(separator: "/").lazy.compactMap { part in
      part.hasPrefix("v1.") ? Int(part.dropFirst(3)) : nil
    }.first
    if let minor { return minors.contains(minor) ? .packages(kubernetes(minor: minor)) : .missing }
    if source.host == "pkgs.k8s.io" { return .missing }
    guard isAnythingThere else { return .packages(archive(os)) }
    return .packages(
      minors.map(kubernetes).reduce(archive(os).merging(formerKubernetes()) { $1 }) { all, more in
        all.merging(more) { $0 + $1 }
      })
  }
}
