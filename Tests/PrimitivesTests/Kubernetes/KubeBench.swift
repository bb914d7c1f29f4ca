import Host
import MachineModel
import Testing
import Values

@testable import Engine
@testable import Primitives

/// Machines before `kubeadm init`, and with a cluster that has come to rest.
enum KubeBench {
  /// - Parameter more: more parts of the machine file.
  static func bare(_ version: String = "1.24.0", files: String = "", more: String = "") throws -> Machine {
    let package = "\(version)-1.1"
    let yaml = """
      machine: Node-1
      kernel: {cmdline: intel_iommu=on iommu=pt}
      numa:
        - {node: 0, memory: 64GiB, cpus: "0-15", hugepages: {1GiB: {total: 16}}}
        - {node: 1, memory: 64GiB, cpus: "16-31", hugepages: {1GiB: {total: 16}}}
      pci:
        - {address: 0000:04:00.0, vendor: 8086, device: "1521", net: {name: eno1, addresses: [192.0.2.10/24], routes: [default via 192.0.2.1]}}
      packages:
        installed: {kubeadm: \(package), kubelet: \(package), kubectl: \(package), containerd: 1.6.20, kubernetes-cni: 0.8.7-00, cri-tools: 1.24.2-00, conntrack: "1:1.4.5-2"}
      modules: {loaded: [br_netfilter, overlay]}
      sysctl: {net.ipv4.ip_forward: "1"}
      files:
        /opt/cni/bin/flannel: {content: flannel, mode: "0755"}
      \(files)
      \(more)
      """
    return try Machine.load(Array(yaml.utf8), file: "bench.yaml")
  }

  /// A cluster with flannel's network and these objects.
  static func cluster(
    _ version: String = "1.24.0", _ objects: Value..., images: String = "", files: String = ""
  ) async throws -> Machine {
    let machine = try bare(
      version,
      files: """
          /etc/cni/net.d/10-flannel.conflist: '{"name": "cbr0", "plugins": [{"type": "flannel"}, {"type": "portmap"}]}'
          /run/flannel/subnet.env: "FLANNEL_NETWORK=10.244.0.0/16\\n"
        """ + "\n" + files,
      more: """
        units: {kubelet.service: {state: active, enabled: true}}
        kubernetes:
          version: v\(version)
          pod_network: 10.244.0.0/16
          missing_images: [\(images)]
          objects: \(Value.array(objects).json)
        """)
    let host = ModelHost(machine)
    await host.pause(seconds: 600)
    return host.machine
  }

  /// A cluster in which these objects were applied by vsrrun before.
  static func bench(_ version: String = "1.24.0", _ objects: Value...) async throws -> EffectBench {
    let bench = EffectBench(try await cluster(version))
    guard !objects.isEmpty else { return bench }
    try await bench.kubectl("apply --server-side --field-manager=vsrrun -f -", objects)
    return EffectBench(bench.host.machine)
  }
}

extension EffectBench {
  /// Another hand's kubectl.
  @discardableResult
  func kubectl(_ words: String, _ objects: Value...) async throws -> String { try await kubectl(words, objects) }

  @discardableResult
  func kubectl(_ words: String, _ objects: [Value]) async throws -> String {
    let list: Value = ["apiVersion": "v1", "kind": "List", "items": .array(objects)]
    let command = ["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf"] + words.split(separator: " ").map(String.init)
    let result = try await host.run(Command(command, input: objects.isEmpty ? [] : Array(list.json.utf8)))
    #expect(result.succeeded, "\(words): \(result.complaint)")
    return String(decoding: result.output, as: UTF8.self)
  }

  /// What `kube.get` shows.
  func object(_ kind: String, _ name: String, namespace: String = "default") async throws -> Value {
    try await ask(KubeGet.self, ["kind": .string(kind), "name": .string(name), "namespace": .string(namespace)])
  }

  /// The managers of an object's fields, with how they own them.
  func managers(_ words: String) async throws -> [String] {
    let object = try Value(json: try await kubectl("get \(words) --show-managed-fields -o json"))
    return (object["metadata", "managedFields"]?.array ?? []).map {
      "\($0["manager"]?.string ?? "") \($0["operation"]?.string ?? "")"
    }
  }
}

/// Objects that tests apply.
enum Objects {
  static func map(_ name: String, _ data: Value, namespace: String = "default") -> Value {
    [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "data": data,
    ]
  }

  static func account(_ name: String) -> Value {
    ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": .string(name), "namespace": "default"]]
  }

  static func secret(_ name: String, type: String = "Opaque", _ data: Value = ["k": "aHVudGVyMg=="]) -> Value {
    [
      "apiVersion": "v1", "kind": "Secret", "metadata": ["name": .string(name), "namespace": "default"],
      "type": .string(type), "data": data,
    ]
  }

  /// Of one pod with one container, which no taint keeps away.
  ///
  /// - Parameter pod: more of the pod's specification.
  static func deployment(
    _ name: String = "vsr", requests: Value = [:], image: String = "example.org/vsr:1", pod: ValueMap = [:]
  ) -> Value { workload("Deployment", name, requests, image, pod, ["replicas": 1]) }

  static func daemon(_ name: String, pod: ValueMap = [:]) -> Value {
    workload("DaemonSet", name, [:], "example.org/\(name):1", pod, [:])
  }

  private static func workload(
    _ kind: String, _ name: String, _ requests: Value, _ image: String, _ pod: ValueMap, _ more: ValueMap
  ) -> Value {
    var template: ValueMap = [
      "containers": [
        ["name": "vsr", "image": .string(image), "resources": ["limits": requests, "requests": requests]]
      ],
      "tolerations": [["operator": "Exists"]],
    ]
    template.merge(pod) { $1 }
    var spec: ValueMap = [
      "selector": ["matchLabels": ["app": .string(name)]],
      "template": ["metadata": ["labels": ["app": .string(name)]], "spec": .map(template)],
    ]
    spec.merge(more) { $1 }
    return [
      "apiVersion": "apps/v1", "kind": .string(kind),
      "metadata": ["name": .string(name), "namespace": "default"], "spec": .map(spec),
    ]
  }

  static let policy: Value = [
    "apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": ["name": "p"], "spec": [:],
  ]

  static let definition: Value = [
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": ["name": "network-attachment-definitions.k8s.cni.cncf.io"],
    "spec": [
      "group": "k8s.cni.cncf.io", "scope": "Namespaced",
      "names": ["plural": "network-attachment-definitions", "kind": "NetworkAttachmentDefinition"],
      "versions": [["name": "v1", "served": true, "storage": true]],
    ],
  ]

  static let network: Value = [
    "apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": ["name": "net-1"],
    "spec": ["config": #"{"type": "sriov"}"#],
  ]
}
