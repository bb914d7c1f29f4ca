import Values

extension Machine {
  /// What the kubelet says of its node, and what the node lifecycle controller makes of it.
  mutating func updateNode(_ step: inout Step) {
    guard let findings = kubernetes.kubelet, isRunning("kubelet.service"),
      let node = step.cluster["Node", "", step.cluster.node]
    else { return }
    let network = networkConfiguration
    // The kubelet tells of a network when it next reports; one that comes before another changes nothing.
    let isReady = network.map { node.isTrue("Ready") || step.isOver(10, since: $0.modified) } ?? false
    let devices = deviceCounts(step.cluster)
    let version = (kubeletVersion ?? step.cluster.version).description
    let minor = step.cluster.version.minor
    var status = node["status"] ?? [:]
    status.put(Value.map(Self.capacity(findings, devices)).canonical, at: "capacity")
    status.put(Value.map(Self.allocatable(findings, devices)).canonical, at: "allocatable")
    status.put(
      [
        "architecture": "amd64", "bootID": .string(bootID), "containerRuntimeVersion": "containerd://1.6.20",
        "kernelVersion": .string(kernel.release), "kubeProxyVersion": .string(version),
        "kubeletVersion": .string(version),
        "machineID": .string(machineID), "operatingSystem": "linux", "osImage": .string("\(os.id) \(os.version)"),
        "systemUUID": .string(machineID),
      ], at: "nodeInfo")
    status.put(
      [
        ["address": .string(nodeAddress), "type": "InternalIP"],
        ["address": .string(step.cluster.node), "type": "Hostname"],
      ], at: "addresses")
    step.change(node.id) { node, time in
      node.put(status, at: "status")
      for (type, reason, message) in Self.pressures {
        node.setCondition(type, false, reason: reason, message: message, at: time)
      }
      let plugin =
        "NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"
      node.setCondition(
        "Ready", isReady, reason: isReady ? "KubeletReady" : "KubeletNotReady",
        message: isReady
          ? "kubelet is posting ready status"
          : (minor >= 23 ? "container runtime network not ready: " : "runtime network not ready: ") + plugin, at: time)
      Self.setNotReadyTaints(&node, isReady)
    }
  }

  private static let pressures = [
    ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
  ]

  private static func setNotReadyTaints(_ node: inout Value, _ isReady: Bool) {
    var taints = node.elements("spec", "taints").filter { $0.text("key") != "node.kubernetes.io/not-ready" }
    if !isReady { taints.append(["effect": "NoSchedule", "key": "node.kubernetes.io/not-ready"]) }
    node.put(taints.isEmpty ? nil : .array(taints), at: "spec", "taints")
  }

  private static func pageName(_ size: Int) -> String {
    "hugepages-\(size % ByteCount.gibi == 0 ? "\(size / ByteCount.gibi)Gi" : "\(size / ByteCount.mebi)Mi")"
  }

  private static func amounts(_ findings: KubeletFindings, _ devices: [String: Int]) -> ValueMap {
    var amounts: ValueMap = ["ephemeral-storage": "100Gi", "pods": "110"]
    for (size, count) in findings.hugePages {
      amounts[pageName(size)] = Quantity.canonical(.string("\(size / ByteCount.mebi * count)Mi"))
    }
    for (name, count) in devices { amounts[name] = .string("\(count)") }
    return amounts
  }

  private static func capacity(_ findings: KubeletFindings, _ devices: [String: Int]) -> ValueMap {
    var amounts = amounts(findings, devices)
    amounts["cpu"] = .string("\(findings.cpus)")
    amounts["memory"] = .string("\(findings.memory / ByteCount.kibi)Ki")
    return amounts
  }

  /// Reserved processors, huge pages and 100 MiB that eviction keeps are not for pods.
  private static func allocatable(_ findings: KubeletFindings, _ devices: [String: Int]) -> ValueMap {
    var amounts = amounts(findings, devices)
    let pages = findings.hugePages.reduce(0) { $0 + $1.key * $1.value }
    amounts["cpu"] = Quantity.canonical(.string("\(findings.cpus * 1000 - findings.reserved)m"))
    amounts["memory"] = .string("\((findings.memory - pages) / ByteCount.kibi - 100 * 1024)Ki")
    return amounts
  }

  /// The address of the device that has the default route.
  var nodeAddress: String {
    let links = netLinks.values.map(\.link).sorted { $0.name < $1.name }
    let main = links.first { !$0.addresses.isEmpty && $0.routes.contains { $0.hasPrefix("default") } }
    let address = (main ?? links.first { !$0.addresses.isEmpty })?.addresses.first
    return String(address?.split(separator: "/").first ?? "192.0.2.10")
  }

  /// The version of the kubelet that is installed.
  var kubeletVersion: KubernetesVersion? { packageVersion("kubelet").flatMap(KubernetesVersion.init) }
}
