import Values

/// The objects that a new cluster has: what the API server, the kubelet and the phases of `kubeadm init` make.
enum KubeadmObjects {
  /// What the API server has by itself.
  static func builtin() -> [Value] {
    ["default", "kube-node-lease", "kube-public", "kube-system"].map {
      ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string($0)]]
    } + [
      priority("system-cluster-critical", 2_000_000_000), priority("system-node-critical", 2_000_001_000),
      clusterRole("cluster-admin", [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]]),
      [
        "apiVersion": "v1", "kind": "Service",
        "metadata": [
          "labels": ["component": "apiserver", "provider": "kubernetes"], "name": "kubernetes", "namespace": "default",
        ],
        "spec": ["clusterIP": "10.96.0.1", "ports": [["name": "https", "port": 443, "targetPort": 6443]]],
      ],
    ]
  }

  private static func priority(_ name: String, _ value: Int) -> Value {
    [
      "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": ["name": .string(name)],
      "value": .integer(value),
    ]
  }

  private static func clusterRole(_ name: String, _ rules: [Value]) -> Value {
    [
      "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": ["name": .string(name)],
      "rules": .array(rules),
    ]
  }

  /// The node as the kubelet registers it.
  static func node(_ cluster: Cluster) -> Value {
    var spec: Value = [:]
    if !cluster.podNetwork.isEmpty {
      let network = cluster.podNetwork.split(separator: "/").first.map { "\($0)/24" } ?? ""
      spec = ["podCIDR": .string(network), "podCIDRs": [.string(network)]]
    }
    return [
      "apiVersion": "v1", "kind": "Node",
      "metadata": [
        "annotations": ["kubeadm.alpha.kubernetes.io/cri-socket": .string(cluster.criSocket)],
        "labels": [
          "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
          "kubernetes.io/hostname": .string(cluster.node), "kubernetes.io/os": "linux",
        ], "name": .string(cluster.node),
      ], "spec": spec,
    ]
  }

  /// Labels and taints of a control-plane node: `master` until 1.23, both taints in 1.24, `control-plane` from then on.
  static func mark(_ node: inout Value, _ version: KubernetesVersion) {
    let prefix = "node-role.kubernetes.io/"
    if version.minor < 24 { node.put("", at: "metadata", "labels", prefix + "master") }
    node.put("", at: "metadata", "labels", prefix + "control-plane")
    if version.minor >= 21 {
      node.put("", at: "metadata", "labels", "node.kubernetes.io/exclude-from-external-load-balancers")
    }
    var taints = node.elements("spec", "taints")
    for (name, holds) in [("master", version.minor <= 24), ("control-plane", version.minor >= 24)] where holds {
      taints.append(["effect": "NoSchedule", "key": .string(prefix + name)])
    }
    node.put(.array(taints), at: "spec", "taints")
  }

  static func configuration(_ cluster: Cluster, _ kubelet: String) -> [Value] {
    let minor = cluster.version.minor
    let settings = """
      apiServer:
        extraArgs:
          authorization-mode: Node,RBAC
        timeoutForControlPlane: 4m0s
      apiVersion: kubeadm.k8s.io/\(minor >= 31 ? "v1beta4" : minor >= 22 ? "v1beta3" : "v1beta2")
      certificatesDir: /etc/kubernetes/pki
      clusterName: kubernetes
      imageRepository: \(cluster.images ?? (minor >= 25 ? "registry.k8s.io" : "k8s.gcr.io"))
      kind: ClusterConfiguration
      kubernetesVersion: \(cluster.version)
      networking:
        dnsDomain: cluster.local
        podSubnet: \(cluster.podNetwork)
        serviceSubnet: 10.96.0.0/12

      """
    let name = minor >= 24 ? "kubelet-config" : "kubelet-config-1.\(minor)"
    return [
      map("kubeadm-config", ["ClusterConfiguration": .string(settings)]), map(name, ["kubelet": .string(kubelet)]),
    ]
  }

  static func bootstrap() -> [Value] {
    [
      [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "cluster-info", "namespace": "kube-public"],
        "data": ["kubeconfig": .string("apiVersion: v1\nkind: Config\n")],
      ],
      [
        "apiVersion": "v1", "kind": "Secret",
        "metadata": ["name": "bootstrap-token-abcdef", "namespace": "kube-system"],
        "type": "bootstrap.kubernetes.io/token", "data": ["token-id": "YWJjZGVm"],
      ],
    ]
  }

  private static func map(_ name: String, _ data: Value) -> Value {
    [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": "kube-system"],
      "data": data,
    ]
  }

  private static func account(_ name: String) -> Value {
    [
      "apiVersion": "v1", "kind": "ServiceAccount",
      "metadata": ["name": .string(name), "namespace": "kube-system"],
    ]
  }

  // MARK: Addons

  /// - Parameter dnsImages: the registry of coredns, if it is another one.
  static func addons(_ cluster: Cluster, dnsImages: String? = nil) -> [Value] {
    [
      account("coredns"),
      map("coredns", ["Corefile": ".:53 {\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n}\n"]),
    ]
      + [nameService, coredns(cluster, dnsImages), account("kube-proxy")]
      + [map("kube-proxy", ["config.conf": "kind: KubeProxyConfiguration\nmode: \"\"\n"]), proxy(cluster)]
  }

  private static let nameService: Value = [
    "apiVersion": "v1", "kind": "Service",
    "metadata": ["labels": ["k8s-app": "kube-dns"], "name": "kube-dns", "namespace": "kube-system"],
    "spec": [
      "clusterIP": "10.96.0.10",
      "ports": [["name": "dns", "port": 53, "protocol": "UDP"], ["name": "dns-tcp", "port": 53, "protocol": "TCP"]],
      "selector": ["k8s-app": "kube-dns"],
    ],
  ]

  private static func coredns(_ cluster: Cluster, _ images: String?) -> Value {
    let labels: Value = ["k8s-app": "kube-dns"]
    var tolerations: [Value] = [["key": "CriticalAddonsOnly", "operator": "Exists"]]
    if cluster.version.minor <= 24 {
      tolerations.append(["effect": "NoSchedule", "key": "node-role.kubernetes.io/master"])
    }
    tolerations.append(["effect": "NoSchedule", "key": "node-role.kubernetes.io/control-plane"])
    return [
      "apiVersion": "apps/v1", "kind": "Deployment",
      "metadata": ["labels": labels, "name": "coredns", "namespace": "kube-system"],
      "spec": [
        "replicas": 2, "selector": ["matchLabels": labels],
        "strategy": ["rollingUpdate": ["maxUnavailable": 1, "maxSurge": "25%"], "type": "RollingUpdate"],
        "template": [
          "metadata": ["labels": labels],
          "spec": [
            "containers": [
              [
                "args": ["-conf", "/etc/coredns/Corefile"],
                "image": .string(KubeadmFiles.image("coredns", cluster.version, repository: images ?? cluster.images)),
                "name": "coredns",
                "resources": ["limits": ["memory": "170Mi"], "requests": ["cpu": "100m", "memory": "70Mi"]],
                "volumeMounts": [["mountPath": "/etc/coredns", "name": "config-volume", "readOnly": true]],
              ]
            ], "dnsPolicy": "Default", "nodeSelector": ["kubernetes.io/os": "linux"],
            "priorityClassName": "system-cluster-critical", "serviceAccountName": "coredns",
            "tolerations": .array(tolerations),
            "volumes": [
              [
                "configMap": ["items": [["key": "Corefile", "path": "Corefile"]], "name": "coredns"],
                "name": "config-volume",
              ]
            ],
          ],
        ],
      ],
    ]
  }

  private static func proxy(_ cluster: Cluster) -> Value {
    let labels: Value = ["k8s-app": "kube-proxy"]
    return [
      "apiVersion": "apps/v1", "kind": "DaemonSet",
      "metadata": ["labels": labels, "name": "kube-proxy", "namespace": "kube-system"],
      "spec": [
        "selector": ["matchLabels": labels],
        "template": [
          "metadata": ["labels": labels],
          "spec": [
            "containers": [
              [
                "command": ["/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.conf"],
                "image": .string(KubeadmFiles.image("kube-proxy", cluster.version, repository: cluster.images)),
                "name": "kube-proxy", "securityContext": ["privileged": true],
                "volumeMounts": [["mountPath": "/var/lib/kube-proxy", "name": "kube-proxy"]],
              ]
            ], "hostNetwork": true, "nodeSelector": ["kubernetes.io/os": "linux"],
            "priorityClassName": "system-node-critical", "serviceAccountName": "kube-proxy",
            "tolerations": [["operator": "Exists"]],
            "volumes": [["configMap": ["name": "kube-proxy"], "name": "kube-proxy"]],
          ],
        ],
      ],
    ]
  }
}
