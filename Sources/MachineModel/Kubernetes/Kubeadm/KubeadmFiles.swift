import Values
import YAML

/// The files that `kubeadm init` writes, by the phase that writes them.
enum KubeadmFiles {
  struct File {
    var path: String
    var text: String
    var mode: UInt16 = 0o600
  }

  // MARK: Phases

  static func certificates() -> [File] {
    let pairs = [
      "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "ca", "etcd/ca", "etcd/healthcheck-client",
      "etcd/peer", "etcd/server", "front-proxy-ca", "front-proxy-client",
    ]
    return pairs.flatMap { name in
      [
        File(path: "\(pki)/\(name).crt", text: certificate(name), mode: 0o644),
        File(path: "\(pki)/\(name).key", text: pem("RSA PRIVATE KEY", "key \(name)")),
      ]
    } + [
      File(path: "\(pki)/sa.key", text: pem("RSA PRIVATE KEY", "key sa")),
      File(path: "\(pki)/sa.pub", text: pem("PUBLIC KEY", "key sa public")),
    ]
  }

  static func kubeconfigs(_ cluster: Cluster, _ address: String) -> [File] {
    var users = [
      ("admin", "kubernetes-admin"), ("controller-manager", "system:kube-controller-manager"),
      ("kubelet", "system:node:\(cluster.node)"), ("scheduler", "system:kube-scheduler"),
    ]
    if cluster.version.minor >= 29 { users.append(("super-admin", "kubernetes-super-admin")) }
    return users.map { File(path: "/etc/kubernetes/\($0).conf", text: kubeconfig($1, address)) }
  }

  static func kubelet(_ cluster: Cluster, _ configuration: Value?) -> [File] {
    var settings: Value = [
      "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
      "authentication": [
        "anonymous": ["enabled": false], "webhook": ["cacheTTL": "0s", "enabled": true],
        "x509": ["clientCAFile": .string("\(pki)/ca.crt")],
      ],
      "authorization": ["mode": "Webhook"], "clusterDNS": ["10.96.0.10"], "clusterDomain": "cluster.local",
      "healthzBindAddress": "127.0.0.1", "healthzPort": 10248, "rotateCertificates": true,
      "staticPodPath": "/etc/kubernetes/manifests",
    ]
    // Since 1.22 kubeadm says it.
    if cluster.version.minor >= 22 { settings.put("systemd", at: "cgroupDriver") }
    for (key, value) in configuration?.map ?? [:] { settings.put(value, at: key) }
    let runtime =
      cluster.version.minor >= 27
      ? "" : "--container-runtime=remote "
    let pause = image("pause", cluster.version, repository: cluster.images)
    let infra = cluster.version.minor >= 35 ? "" : " --pod-infra-container-image=\(pause)"
    return [
      File(
        path: "/var/lib/kubelet/kubeadm-flags.env",
        text: "KUBELET_KUBEADM_ARGS=\"\(runtime)--container-runtime-endpoint=\(cluster.criSocket)\(infra)\"\n",
        mode: 0o644),
      File(path: "/var/lib/kubelet/config.yaml", text: YAML.write(settings.canonical), mode: 0o644),
    ]
  }

  static func manifests(_ cluster: Cluster, _ address: String) -> [File] {
    ["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map { manifest($0, cluster, address) }
  }

  static func etcd(_ cluster: Cluster, _ address: String) -> File { manifest("etcd", cluster, address) }

  /// Certificates that the kubelet gets and makes itself.
  static func kubeletCertificates() -> [File] {
    ["kubelet-client-current.pem", "kubelet.crt", "kubelet.key"].map {
      File(path: "/var/lib/kubelet/pki/\($0)", text: pem("CERTIFICATE", "kubelet \($0)"))
    }
  }

  /// All of them, of a cluster that is up.
  static func all(_ cluster: Cluster, _ address: String) -> [File] {
    certificates() + kubeconfigs(cluster, address) + kubelet(cluster, nil) + manifests(cluster, address)
      + [etcd(cluster, address)] + kubeletCertificates()
  }

  // MARK: Contents

  private static let pki = "/etc/kubernetes/pki"

  static func certificate(_ name: String) -> String { pem("CERTIFICATE", "certificate \(name)") }

  /// Something of the form of a certificate or key. It certifies nothing.
  private static func pem(_ what: String, _ name: String) -> String {
    let body = Base64.encode(Array("\(name) \(StableHash.digits(name))".utf8))
    return "-----BEGIN \(what)-----\n\(body)\n-----END \(what)-----\n"
  }

  private static func kubeconfig(_ user: String, _ address: String) -> String {
    let data = Base64.encode(Array(certificate(user).utf8))
    return """
      apiVersion: v1
      clusters:
      - cluster:
          certificate-authority-data: \(Base64.encode(Array(certificate("ca").utf8)))
          server: https://\(address):6443
        name: kubernetes
      contexts:
      - context:
          cluster: kubernetes
          user: \(user)
        name: \(user)@kubernetes
      current-context: \(user)@kubernetes
      kind: Config
      preferences: {}
      users:
      - name: \(user)
        user:
          client-certificate-data: \(data)
          client-key-data: \(data)

      """
  }

  private static func manifest(_ name: String, _ cluster: Cluster, _ address: String) -> File {
    var command: [Value] = [.string(name)]
    switch name {
    case "etcd": command += ["--data-dir=/var/lib/etcd", .string("--name=\(cluster.node)")]
    case "kube-apiserver":
      command += [
        .string("--advertise-address=\(address)"), "--secure-port=6443", "--authorization-mode=Node,RBAC",
        "--etcd-servers=https://127.0.0.1:2379",
      ]
    case "kube-controller-manager":
      command.append("--leader-elect=true")
      if !cluster.podNetwork.isEmpty {
        command += ["--allocate-node-cidrs=true", .string("--cluster-cidr=\(cluster.podNetwork)")]
      }
    default: command.append("--leader-elect=true")
    }
    let pod: Value = [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": [
        "labels": ["component": .string(name), "tier": "control-plane"], "name": .string(name),
        "namespace": "kube-system",
      ],
      "spec": [
        "containers": [
          [
            "command": .array(command), "image": .string(image(name, cluster.version, repository: cluster.images)),
            "name": .string(name),
          ]
        ], "hostNetwork": true, "priorityClassName": "system-node-critical",
      ],
    ]
    return File(path: "/etc/kubernetes/manifests/\(name).yaml", text: YAML.write(pod))
  }

  /// The image that a version of kubeadm takes.
  static func image(_ name: String, _ version: KubernetesVersion, repository: String?) -> String {
    let root = repository ?? ordinaryRegistry(version)
    switch name {
    case "etcd": return "\(root)/etcd:\(version.minor >= 22 ? "3.5.3-0" : "3.4.13-0")"
    case "pause": return "\(root)/pause:\(version.minor >= 22 ? "3.7" : "3.2")"
    case "coredns":
      if version.minor < 21 { return "\(root)/coredns:1.7.0" }
      // Up to 1.21.1 in any registry (kubernetes/kubeadm#2501).
      let isDeeper = root == ordinaryRegistry(version) || version.minor == 21 && version.patch < 2
      return "\(root)/\(isDeeper ? "coredns/" : "")coredns:v1.8.6"
    default: return "\(root)/\(name):\(version)"
    }
  }

  /// kubeadm's own registry, in which it looks for coredns one level deeper than in any other.
  private static func ordinaryRegistry(_ version: KubernetesVersion) -> String {
    version.minor >= 25 ? "registry.k8s.io" : "k8s.gcr.io"
  }

  /// All that it pulls.
  ///
  /// - Parameter names: the registry of coredns, if it is another one.
  static func images(_ version: KubernetesVersion, repository: String?, names: String?) -> [String] {
    ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "pause", "etcd"]
      .map { image($0, version, repository: repository) }
      + [image("coredns", version, repository: names ?? repository)]
  }
}

extension KubeadmFiles {
  /// The directories that kubeadm and the kubelet make.
  static let directories: [(path: String, mode: UInt16)] = [
    ("/etc/kubernetes", 0o755), ("/etc/kubernetes/manifests", 0o700), ("/etc/kubernetes/pki", 0o755),
    ("/etc/kubernetes/pki/etcd", 0o755), ("/var/lib/etcd", 0o700), ("/var/lib/kubelet", 0o755),
    ("/var/lib/kubelet/pki", 0o755),
  ]

  /// etcd's data, of which only that it is there counts.
  static let data = File(path: "/var/lib/etcd/member/wal/0000000000000000-0000000000000000.wal", text: "")

  /// Puts all that a cluster which is up has into a machine's files.
  static func add(_ cluster: Cluster, _ address: String, to tree: inout FileTree) {
    for (path, mode) in directories { tree.set(directory: path, mode: mode) }
    for file in all(cluster, address) + [data] { tree.set(file.path, text: file.text, mode: file.mode) }
  }
}
