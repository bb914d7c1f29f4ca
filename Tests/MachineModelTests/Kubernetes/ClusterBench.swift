import Host
import Values

@testable import MachineModel

/// A machine on which `kubeadm init` can begin, and what tests ask of its cluster.
final class ClusterBench {
  let host: ModelHost

  static func yaml(_ version: String, more: String = "") -> String {
    """
    machine: Node-1
    kernel: {cmdline: intel_iommu=on iommu=pt}
    numa:
      - {node: 0, memory: 64GiB, cpus: "0-15", hugepages: {1GiB: {total: 16}}}
      - {node: 1, memory: 64GiB, cpus: "16-31", hugepages: {1GiB: {total: 16}}}
    pci:
      - {address: 0000:04:00.0, vendor: 8086, device: "1521", net: {name: eno1, addresses: [192.0.2.10/24], routes: [default via 192.0.2.1]}}
      - {address: 0000:81:00.0, vendor: 8086, device: 10fb, iommu_group: 40, net: {name: ens787f0},
         sriov: {total: 63, vf_device: 10ed, offset: 128, stride: 2}}
    packages:
      installed: {kubeadm: \(version), kubelet: \(version), kubectl: \(version), containerd: 1.6.20, kubernetes-cni: 0.8.7-00, cri-tools: 1.24.2-00, conntrack: "1:1.4.5-2"}
    modules: {loaded: [br_netfilter, overlay]}
    sysctl: {net.ipv4.ip_forward: "1"}
    files:
      /opt/cni/bin/flannel: {content: flannel, mode: "0755"}
    \(more)
    """
  }

  init(_ version: String = "1.24.0-00", more: String = "", faults: String...) throws {
    host = ModelHost(try Machine(yaml: Self.yaml(version, more: more)), faults: try faults.map { try Fault($0) })
  }

  init(_ machine: Machine) { host = ModelHost(machine) }

  /// The same machine after `kubeadm init`.
  static func initialized(_ version: String = "1.24.0-00", more: String = "") async throws -> ClusterBench {
    let bench = try ClusterBench(version, more: more)
    let result = try await bench.initialize()
    guard result.succeeded else { throw Failed(description: result.complaint) }
    return bench
  }

  struct Failed: Error, CustomStringConvertible { var description: String }

  @discardableResult
  func initialize(_ more: String...) async throws -> CommandResult {
    try await host.run(
      Command(["kubeadm", "init", "--pod-network-cidr=10.244.0.0/16", "--cri-socket", Cluster.ordinarySocket] + more))
  }

  @discardableResult
  func kubectl(_ words: String, input: [Value] = [], kubeconfig: Bool = true) async throws -> CommandResult {
    let list: Value = ["apiVersion": "v1", "kind": "List", "items": .array(input)]
    let flags = kubeconfig ? ["--kubeconfig=/etc/kubernetes/admin.conf", "--request-timeout=30s"] : []
    return try await host.run(
      Command(
        ["kubectl"] + flags + words.split(separator: " ").map(String.init),
        input: input.isEmpty ? [] : Array(list.json.utf8),
        isReadOnly: true, isQuiet: true))
  }

  static let apply = "apply --server-side --field-manager=vsrrun -f - -o json"

  @discardableResult
  func apply(_ objects: Value..., flags: String = "") async throws -> CommandResult {
    try await kubectl(Self.apply + (flags.isEmpty ? "" : " " + flags), input: objects)
  }

  /// The objects that `kubectl get` prints.
  func get(_ words: String) async throws -> [Value] {
    let result = try await kubectl("get \(words) --ignore-not-found -o json")
    guard result.succeeded else { throw Failed(description: result.complaint) }
    guard !result.output.isEmpty else { return [] }
    let answer = try Value(json: result.output)
    return answer["items"]?.array ?? [answer]
  }

  func taint(_ word: String) async throws { _ = try await kubectl("taint nodes node-1 \(word)") }

  /// Flannel's network, and no taint that keeps pods away.
  func open() async throws {
    _ = try await apply(Manifests.flannelConfiguration, Manifests.flannel)
    for taint in try await get("nodes").first?.elements("spec", "taints") ?? [] {
      guard let key = taint.text("key"), key.hasPrefix("node-role") else { continue }
      try await self.taint("\(key):NoSchedule-")
    }
    await host.pause(seconds: 30)
  }

  var cluster: Cluster? { host.machine.kubernetes.cluster }

  /// The pods of a namespace whose name begins so, in short: `Running`, or what they wait for.
  func pods(_ prefix: String, namespace: String = "default") async throws -> [String] {
    try await get("pods -n \(namespace)").filter { $0.name.hasPrefix(prefix) }.map { pod in
      let waiting = pod.elements("status", "containerStatuses").first?.text("state", "waiting", "reason")
      return waiting ?? pod.condition("PodScheduled")?.text("message") ?? pod.text("status", "reason")
        ?? pod.text("status", "phase") ?? ""
    }
  }

  func events(_ reason: String, namespace: String = "default") async throws -> [String] {
    try await get("events -n \(namespace) --field-selector=reason=\(reason)").compactMap { $0.text("message") }
  }

  func text(_ path: String) throws -> String? { try host.text(path) }
}

/// Objects that tests apply.
enum Manifests {
  static let flannelConfiguration: Value = [
    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "kube-flannel-cfg", "namespace": "kube-system"],
    "data": [
      "cni-conf.json": """
      {"name": "cbr0", "cniVersion": "0.3.1", "plugins": [{"type": "flannel"}, {"type": "portmap"}]}

      """
    ],
  ]

  static let flannel: Value = daemon(
    "kube-flannel-ds",
    [
      "hostNetwork": true, "tolerations": [["operator": "Exists", "effect": "NoSchedule"]],
      "initContainers": [
        [
          "name": "install-cni", "image": "quay.io/coreos/flannel:v0.13.1-rc1", "command": ["cp"],
          "args": ["-f", "/etc/kube-flannel/cni-conf.json", "/etc/cni/net.d/10-flannel.conflist"],
          "volumeMounts": [
            ["name": "cni", "mountPath": "/etc/cni/net.d"], ["name": "cfg", "mountPath": "/etc/kube-flannel"],
          ],
        ]
      ],
      "containers": [
        [
          "name": "kube-flannel", "image": "quay.io/coreos/flannel:v0.13.1-rc1", "command": ["/opt/bin/flanneld"],
          "args": ["--ip-masq", "--kube-subnet-mgr"],
        ]
      ],
      "volumes": [
        ["name": "cni", "hostPath": ["path": "/etc/cni/net.d"]],
        ["name": "cfg", "configMap": ["name": "kube-flannel-cfg"]],
      ],
    ])

  static let multus: Value = daemon(
    "kube-multus-ds",
    [
      "hostNetwork": true, "tolerations": [["operator": "Exists", "effect": "NoSchedule"]],
      "containers": [
        [
          "name": "kube-multus", "image": "ghcr.io/k8snetworkplumbingwg/multus-cni:v3.8",
          "args": ["--multus-conf-file=auto", "--cni-version=0.3.1"],
        ]
      ],
    ])

  static let networkDefinition: Value = [
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": ["name": "network-attachment-definitions.k8s.cni.cncf.io"],
    "spec": [
      "group": "k8s.cni.cncf.io", "scope": "Namespaced",
      "names": [
        "plural": "network-attachment-definitions", "singular": "network-attachment-definition",
        "kind": "NetworkAttachmentDefinition", "shortNames": ["net-attach-def"],
      ],
      "versions": [["name": "v1", "served": true, "storage": true]],
    ],
  ]

  static let network: Value = [
    "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": ["name": "net-1"],
    "spec": ["config": #"{"type": "sriov", "cniVersion": "0.3.1", "name": "net-1"}"#],
  ]

  static let pluginConfiguration: Value = [
    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "sriovdp-config", "namespace": "kube-system"],
    "data": [
      "config.json": """
      {"resourceList": [{"resourceName": "nic_1", "resourcePrefix": "intel.com", "selectors": {"vendors": ["8086"],
       "devices": ["10ed"], "drivers": ["vfio-pci"], "pfNames": ["ens787f0"], "needVhostNet": true}}]}
      """
    ],
  ]

  static let plugin: Value = daemon(
    "kube-sriov-device-plugin-amd64",
    [
      "hostNetwork": true,
      "containers": [
        ["name": "kube-sriovdp", "image": "ghcr.io/k8snetworkplumbingwg/sriov-network-device-plugin:v3.3.2"]
      ],
      "volumes": [
        [
          "name": "config",
          "configMap": ["name": "sriovdp-config", "items": [["key": "config.json", "path": "config.json"]]],
        ]
      ],
    ])

  static func daemon(_ name: String, _ spec: Value, namespace: String = "kube-system") -> Value {
    [
      "apiVersion": "apps/v1", "kind": "DaemonSet",
      "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "spec": [
        "selector": ["matchLabels": ["name": .string(name)]],
        "template": ["metadata": ["labels": ["name": .string(name)]], "spec": spec],
      ],
    ]
  }

  /// A Deployment of one pod with one container.
  static func deployment(
    _ name: String = "vsr", requests: Value = [:], image: String = "example.org/vsr:1", pod: Value = [:]
  ) -> Value {
    var spec = pod
    spec.put(
      [["name": "vsr", "image": .string(image), "resources": ["limits": requests, "requests": requests]]],
      at: "containers")
    return [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name)],
      "spec": [
        "replicas": 1, "selector": ["matchLabels": ["app": .string(name)]],
        "template": ["metadata": ["labels": ["app": .string(name)]], "spec": spec],
      ],
    ]
  }

  static func map(_ name: String, _ data: Value, namespace: String = "default") -> Value {
    [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "data": data,
    ]
  }
}
