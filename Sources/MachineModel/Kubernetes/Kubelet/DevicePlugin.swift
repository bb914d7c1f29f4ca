import OrderedCollections
import Values

/// The SR-IOV network device plugin: it looks at the machine's functions when it starts, and only then, and offers them
/// to the kubelet as resources of the node.
extension Machine {
  /// One entry of the plugin's `resourceList`.
  struct DeviceResource: Equatable {
    var name: String
    /// Any one of them selects a function.
    var selectors: [Value]

    var needsVhostNet: Bool { selectors.contains { $0["needVhostNet"]?.boolean == true } }
  }

  /// The resources that a pod's configuration lists, if it is that of the plugin.
  func devicePluginConfiguration(_ pod: Value, _ cluster: Cluster) -> [DeviceResource]? {
    for volume in pod.elements("spec", "volumes") {
      guard let name = volume.text("configMap", "name"), let map = cluster["ConfigMap", pod.namespace, name] else {
        continue
      }
      for text in (map["data"]?.map ?? [:]).values.compactMap(\.string) {
        guard let list = (try? Value(json: text))?["resourceList"]?.array else { continue }
        return list.compactMap { entry in
          guard let name = entry.text("resourceName") else { return nil }
          let selectors = entry["selectors"]?.array ?? [entry["selectors"] ?? [:]]
          return DeviceResource(name: "\(entry.text("resourcePrefix") ?? "intel.com")/\(name)", selectors: selectors)
        }
      }
    }
    return nil
  }

  /// The plugin's pod that runs now.
  private func runningPlugin(_ cluster: Cluster) -> Value? {
    cluster.all("Pod").first { $0.isTrue("Ready") && devicePluginConfiguration($0, cluster) != nil }
  }

  /// What the plugin's configuration says now.
  func devicePluginResources(_ cluster: Cluster) -> [DeviceResource] {
    runningPlugin(cluster).flatMap { devicePluginConfiguration($0, cluster) } ?? []
  }

  mutating func devicePluginStarted(_ resources: [DeviceResource], at time: Int) {
    // What a machine's description says of a plugin that was there before counts.
    if time < Clock.start, !kubernetes.devices.isEmpty { return }
    let found = devices(resources)
    // What the kubelet once knew stays known to it, with nothing of it left.
    kubernetes.devices = kubernetes.devices.mapValues { _ in 0 }.merging(found) { $1 }
  }

  /// How many functions each resource has. A function belongs to the first that selects it; a resource without any is
  /// not offered.
  func devices(_ resources: [DeviceResource]) -> [String: Int] {
    var taken: Set<PCIAddress> = []
    var counts: [String: Int] = [:]
    for resource in resources {
      for (address, device) in pci.sorted(by: { $0.key < $1.key }) where !taken.contains(address) {
        guard resource.selectors.contains(where: { selects($0, address, device) }) else { continue }
        taken.insert(address)
        counts[resource.name, default: 0] += 1
      }
    }
    return counts
  }

  private func selects(_ selector: Value, _ address: PCIAddress, _ device: PCIDevice) -> Bool {
    // A port with virtual functions is left alone, and one that carries the default route.
    guard device.classCode >> 16 == 0x02, device.sriov?.vfs.isEmpty ?? true,
      device.visibleNet?.routes.contains(where: { $0.hasPrefix("default") }) != true
    else { return false }
    func holds(_ key: String, _ matches: (String) -> Bool) -> Bool {
      let wanted = selector.elements(key).compactMap(\.string)
      return wanted.isEmpty || wanted.contains(where: matches)
    }
    // Of RDMA a function has what the plugin mounts, or it is none.
    if selector["isRdma"]?.boolean == true, InfinibandView.name(self, address) == nil { return false }
    let physical = device.virtualFunction?.physical ?? address
    let index = device.virtualFunction?.index
    return holds("vendors") { $0.lowercased() == Hexadecimal.padded(device.vendor, 4) }
      && holds("devices") { $0.lowercased() == Hexadecimal.padded(device.device, 4) }
      && holds("drivers") { $0 == device.driver }
      && holds("pciAddresses") { $0 == "\(address)" }
      && holds("rootDevices") { Self.isNamed($0, "\(physical)", index) }
      && holds("pfNames") { Self.isNamed($0, pci[physical]?.visibleNet?.name, index) }
  }

  /// `ens787f0`, or `ens787f0#0-3,7` for some of its virtual functions.
  private static func isNamed(_ pattern: String, _ name: String?, _ index: Int?) -> Bool {
    let parts = pattern.split(separator: "#", maxSplits: 1)
    guard let name, parts.first.map(String.init) == name else { return false }
    guard parts.count == 2, let index else { return parts.count == 1 }
    return CPUList.numbers(String(parts[1]))?.contains(index) ?? false
  }

  /// What the node offers: nothing of what the plugin offered once it is gone.
  func deviceCounts(_ cluster: Cluster) -> [String: Int] {
    runningPlugin(cluster) == nil ? kubernetes.devices.mapValues { _ in 0 } : kubernetes.devices
  }
}
