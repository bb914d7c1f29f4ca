/// What the packages of the documented install bring.
enum KnownContents {
  static func contents(_ name: String, version: String) -> PackageContents {
    // Packages of apt.kubernetes.io, frozen in 2023, had versions such as 1.24.0-00 and the scripts of a Debian package. Those of
    // pkgs.k8s.io are made of RPM recipes: they neither enable nor start the kubelet, and keep their drop-in below /usr.
    let isFormer = version.hasSuffix("-00")
    switch name {
    case "docker.io":
      return PackageContents(
        depends: ["containerd", "iptables", "runc"], recommends: ["ca-certificates", "git", "pigz"],
        conffiles: ["/etc/default/docker": "# DOCKER_OPTS=\n"], programs: ["docker", "dockerd"],
        units: ["docker.service": .init(text: docker)])
    case "containerd":
      return PackageContents(
        depends: ["runc"],
        conffiles: version.contains("~ds") ? ["/etc/containerd/config.toml": debianContainerd] : [:],
        programs: ["containerd", "ctr"], units: ["containerd.service": .init(text: containerd)])
    case "runc": return PackageContents(programs: ["runc"])
    case "kubelet":
      return PackageContents(
        depends: [
          "conntrack", "ebtables", "ethtool", "iproute2", "iptables", "kubernetes-cni", "mount", "socat", "util-linux",
        ],
        // Made by the kubelet itself, which dpkg starts before the drop-in of kubeadm is there.
        directories: isFormer ? ["", "/plugins", "/plugins_registry", "/pods"].map { "/var/lib/kubelet\($0)" } : [],
        programs: ["kubelet"],
        units: [
          "kubelet.service": .init(text: kubelet, needs: ["/var/lib/kubelet/config.yaml"], isStarted: isFormer)
        ])
    case "kubeadm":
      let dropIn = "system/kubelet.service.d/10-kubeadm.conf"
      return PackageContents(
        depends: ["cri-tools", "kubectl", "kubelet", "kubernetes-cni"],
        files: isFormer ? [:] : ["/usr/lib/systemd/\(dropIn)": kubeadm],
        conffiles: isFormer ? ["/etc/systemd/\(dropIn)": kubeadm] : [:], programs: ["kubeadm"])
    case "kubectl": return PackageContents(programs: ["kubectl"])
    case "cri-tools": return PackageContents(programs: ["crictl"])
    case "kubernetes-cni":
      // flannel's left the plugins with their version 1.0.
      let plugins =
        ["bandwidth", "bridge", "host-local", "loopback", "portmap"] + (version.hasPrefix("0.") ? ["flannel"] : [])
      return PackageContents(
        files: Dictionary(uniqueKeysWithValues: plugins.map { ("/opt/cni/bin/\($0)", "\($0) \(version)\n") }))
    case "build-essential": return PackageContents(depends: ["gcc", "make"])
    case "mstflint": return PackageContents(programs: ["mstconfig", "mstflint", "mstfwreset"])
    case "golang": return PackageContents(depends: ["golang-go"])
    case "golang-go": return PackageContents(recommends: ["gcc"], programs: ["go", "gofmt"])
    case "conntrack", "curl", "ethtool", "gcc", "git", "jq", "make", "pigz", "socat":
      return PackageContents(programs: [name])
    default: return PackageContents()
    }
  }

  private static let docker = """
    [Unit]
    Description=Docker Application Container Engine
    Documentation=https://docs.docker.com
    After=network-online.target containerd.service
    Wants=network-online.target containerd.service

    [Service]
    Type=notify
    EnvironmentFile=-/etc/default/docker
    ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS
    Restart=always
    RestartSec=2
    LimitNOFILE=infinity
    LimitNPROC=infinity
    LimitCORE=infinity
    TasksMax=infinity
    Delegate=yes
    KillMode=process

    [Install]
    WantedBy=multi-user.target

    """

  /// As the package of Debian 12 has it; Ubuntu's has none.
  private static let debianContainerd = """
    version = 2

    [plugins]
      [plugins."io.containerd.grpc.v1.cri"]
        [plugins."io.containerd.grpc.v1.cri".cni]
          bin_dir = "/usr/lib/cni"
          conf_dir = "/etc/cni/net.d"
      [plugins."io.containerd.internal.v1.opt"]
        path = "/var/lib/containerd/opt"

    """

  private static let containerd = """
    [Unit]
    Description=containerd container runtime
    Documentation=https://containerd.io
    After=network.target local-fs.target

    [Service]
    ExecStartPre=-/sbin/modprobe overlay
    ExecStart=/usr/bin/containerd
    Type=notify
    Delegate=yes
    KillMode=process
    Restart=always
    RestartSec=5
    LimitNPROC=infinity
    LimitCORE=infinity
    LimitNOFILE=infinity
    TasksMax=infinity
    OOMScoreAdjust=-999

    [Install]
    WantedBy=multi-user.target

    """

  private static let kubelet = """
    [Unit]
    Description=kubelet: The Kubernetes Node Agent
    Documentation=https://kubernetes.io/docs/home/
    Wants=network-online.target
    After=network-online.target

    [Service]
    ExecStart=/usr/bin/kubelet
    Restart=always
    StartLimitInterval=0
    RestartSec=10

    [Install]
    WantedBy=multi-user.target

    """

  private static let kubeadm = """
    # Note: This dropin only works with kubeadm and kubelet v1.11+
    [Service]
    Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
    Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
    # This is a file that "kubeadm init" and "kubeadm join" generates at runtime, populating the KUBELET_KUBEADM_ARGS variable dynamically
    EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
    # This is a file that the user can use for overrides of the kubelet args as a last resort. Preferably, the user should use
    # the .NodeRegistration.KubeletExtraArgs object in the configuration files instead. KUBELET_EXTRA_ARGS should be sourced from this file.
    EnvironmentFile=-/etc/default/kubelet
    ExecStart=
    ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS

    """
}
