import OrderedCollections
import Values

struct KubeWaitResource: Query {
  static let name = "kube.wait_resource"
  static let summary = "Waits until one node offers these resources to pods."
  static let details = """
    What counts is the node's `allocatable`, which is what there is, whether pods use it or not (documented step D32). It changes \
    nothing, so it is a query: it never counts as a change and runs again when the run is resumed.
    """
  static let answers = "a table of `node` and `allocatable` (quantities by name, as the node has them)"
  static let answerType = "{ node: string, allocatable: table<string, string> }"
  static let errors = "The time is over; the error says what the nodes offer."
  static let example =
    #"kube.wait_resource { resources = { ["intel.com/intel_sriov_nic_vsr1"] = 1, ["hugepages-1Gi"] = "8Gi" } }"#

  @Argument("how much of what, at least: 1, \"8Gi\"") var resources: OrderedDictionary<String, Value>
  @Argument("which node; any otherwise") var node: ObjectName?
  @Argument("seconds to wait") var timeout = 120
  @Argument("the file that says how to reach the API server") var kubeconfig = AbsolutePath.adminKubeconfig

  func validate() throws(ArgumentError) {
    try Waiting.check(timeout, Self.name)
    guard !resources.isEmpty else { throw ArgumentError(Self.name, "resources", "expected one at least") }
    for (name, amount) in resources where Quantity(amount) == nil {
      throw ArgumentError(
        Self.name, "resources", "'\(name)': expected a quantity such as 1 or \"8Gi\", got \(amount.shortText)")
    }
  }

  func answer(_ context: Context) async throws -> Value {
    let kubectl = Kubectl(context, kubeconfig)
    let what =
      "\(node.map { "the node \($0)" } ?? "no node") \(node == nil ? "offers" : "does not offer") what is wanted"
    return try await Waiting(context: context, timeout: timeout).until(what) {
      let nodes = try await kubectl.get(["nodes"] + (node.map { [$0.text] } ?? []))
      var shortfalls: [String] = []
      for node in nodes {
        let name = node["metadata", "name"]?.string ?? ""
        let offered = node["status", "allocatable"]?.map ?? [:]
        let missing = resources.filter { resource, wanted in
          guard let wanted = Quantity(wanted), let amount = offered[resource].flatMap(Quantity.init) else {
            return true
          }
          return amount < wanted
        }
        if missing.isEmpty {
          return .holds([
            "node": .string(name), "allocatable": .map(offered.filter { resources[$0.key] != nil }),
          ])
        }
        shortfalls.append(
          "\(name) offers "
            + missing.map {
              "\(offered[$0.key]?.string ?? "no") \($0.key) (wanted: \($0.value.string ?? $0.value.luaText))"
            }
            .joined(separator: ", "))
      }
      return .not(reason(shortfalls))
    }
  }

  private func reason(_ shortfalls: [String]) -> Waiting.Reason {
    guard !shortfalls.isEmpty else {
      return .init(
        text: node.map { "there is no node \($0)" } ?? "the cluster has no node", hint: "`kubectl get nodes`")
    }
    let text = shortfalls.joined(separator: "; ")
    let isDevice = resources.keys.contains { $0.contains("/") && text.contains($0) }
    return .init(
      text: text,
      hint: isDevice
        ? "is the device plugin's DaemonSet ready, do its ConfigMap's selectors fit, and are the VFs there and bound? `kubectl logs` of the plugin lists what it found"
        : "the kubelet counts huge pages and CPUs when it starts: restart it after they were reserved")
  }
}
