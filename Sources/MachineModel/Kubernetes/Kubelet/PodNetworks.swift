import Host
import Values

/// Networks of pods: what the plugins' DaemonSets put onto the machine, and what a pod's network needs.
extension Machine {
  /// The CNI configuration that the container runtime takes: the first of its directory.
  var networkConfiguration: (text: String, modified: Int)? {
    let directory = "/etc/cni/net.d"
    let name = files.names(directory).first { name in [".conf", ".conflist", ".json"].contains { name.hasSuffix($0) } }
    guard let name, let text = files.text("\(directory)/\(name)") else { return nil }
    return (text, files.node("\(directory)/\(name)")?.modified ?? 0)
  }

  /// Why a pod gets no network, in the plugins' words; nil if it gets one.
  func networkProblem(_ network: (text: String, modified: Int), _ pod: Value, _ cluster: Cluster) -> String? {
    let types = pluginTypes(network.text)
    if types.contains("flannel") || network.text.contains("flannel"), files.node("/run/flannel/subnet.env") == nil {
      return "plugin type=\"flannel\" failed (add): open /run/flannel/subnet.env: no such file or directory"
    }
    for type in types {
      if let missing = missingPlugin(type) { return missing }
    }
    guard types.contains("multus") else { return nil }
    for (namespace, name) in attachments(pod) {
      let what =
        "plugin type=\"multus\" name=\"multus-cni-network\" failed (add): Multus: [\(pod.namespace)/\(pod.name)]: "
      let id = ObjectID("NetworkAttachmentDefinition", namespace, name, group: "k8s.cni.cncf.io")
      guard let definition = cluster.objects[id] else {
        return what
          + "error loading k8s delegates k8s args: TryLoadPodDelegates: error in getting k8s network for pod: "
          + "GetNetworkDelegates: failed getting the delegate: getKubernetesDelegate: cannot find a "
          + "network-attachment-definition (\(name)) in namespace (\(namespace)): "
          + "network-attachment-definitions.k8s.cni.cncf.io \"\(name)\" not found"
      }
      let text = definition.text("spec", "config") ?? ""
      guard !pluginTypes(text).isEmpty else {
        return what + "error adding container to network \"\(name)\": error parsing its configuration"
      }
      for type in pluginTypes(text) {
        if let missing = missingPlugin(type) {
          return what + "error adding container to network \"\(name)\": " + missing
        }
      }
    }
    return nil
  }

  private func missingPlugin(_ type: String) -> String? {
    // What every package of plugins has.
    if ["bridge", "loopback", "portmap", "host-local", "bandwidth"].contains(type) { return nil }
    return files.node("/opt/cni/bin/\(type)") == nil ? "failed to find plugin \"\(type)\" in path [/opt/cni/bin]" : nil
  }

  /// The plugins that a CNI configuration names.
  private func pluginTypes(_ text: String) -> [String] {
    guard let configuration = try? Value(json: text) else { return [] }
    if let type = configuration.text("type") { return [type] }
    return configuration.elements("plugins").compactMap { $0.text("type") }
  }

  /// The networks that a pod's annotation names: `[NAMESPACE/]NAME[@INTERFACE]`, separated by commas, or a JSON list.
  private func attachments(_ pod: Value) -> [(namespace: String, name: String)] {
    let text = (pod.annotation("k8s.v1.cni.cncf.io/networks") ?? "").trimmed
    if text.hasPrefix("[") {
      let list = (try? Value(json: text))?.array ?? []
      return list.map { ($0.text("namespace") ?? pod.namespace, $0.text("name") ?? "") }
    }
    return text.split(separator: ",").map { entry in
      let plain = String(entry.split(separator: "@").first ?? "").trimmed
      let parts = plain.split(separator: "/").map(String.init)
      return parts.count == 2 ? (parts[0], parts[1]) : (pod.namespace, plain)
    }
  }

  // MARK: What plugins' pods do

  /// What comes of a pod that runs now.
  mutating func podStarted(_ pod: Value, _ step: inout Step) {
    for container in pod.elements("spec", "initContainers") { copy(container, pod, step) }
    let containers = pod.elements("spec", "containers")
    if containers.contains(where: { Self.words($0).contains { $0.hasSuffix("/flanneld") } }) { flannelStarted(step) }
    if containers.contains(where: Self.isMultus) { multusStarted(containers, step) }
    if containers.contains(where: { ($0.text("image") ?? "").contains("kube-proxy") }) { firewall.addKubeProxy() }
    if pod.at("spec", "hostNetwork")?.boolean != true, networkConfiguration?.text.contains("flannel") == true {
      addLink("cni0", .bridge)
    }
    if let resources = devicePluginConfiguration(pod, step.cluster) { devicePluginStarted(resources, at: step.time) }
  }

  private static func words(_ container: Value) -> [String] {
    (container.elements("command") + container.elements("args")).compactMap(\.string)
  }

  private static func isMultus(_ container: Value) -> Bool {
    (container.text("image") ?? "").contains("multus")
      || words(container).contains { $0.hasPrefix("--multus-conf-file") }
  }

  /// An init container that copies a file of a ConfigMap, or of its image, into a directory of the machine.
  private mutating func copy(_ container: Value, _ pod: Value, _ step: Step) {
    let words = Self.words(container).filter { $0.hasPrefix("/") }
    guard words.count >= 2, let target = words.last, let path = hostPath(target, container, pod) else { return }
    let bytes = content(words[words.count - 2], container, pod, step.cluster) ?? UnknownContent().bytes
    put(path, bytes, mode: path.hasPrefix("/opt/cni/bin/") ? 0o755 : 0o644, at: step.time)
  }

  private mutating func put(_ path: String, _ bytes: [UInt8], mode: UInt16, at time: Int) {
    guard files.node(path)?.content != .file(bytes) else { return }
    files.set(path, FileTree.Node(content: .file(bytes), mode: mode, modified: time), at: time)
  }

  /// Where a path of a container is on the machine; nil if it is nowhere.
  private func hostPath(_ path: String, _ container: Value, _ pod: Value) -> String? {
    guard let (volume, rest) = mount(path, container, pod), let root = volume.text("hostPath", "path") else {
      return nil
    }
    return root + rest
  }

  private func mount(_ path: String, _ container: Value, _ pod: Value) -> (volume: Value, rest: String)? {
    for mount in container.elements("volumeMounts") {
      guard let root = mount.text("mountPath"), path.hasPrefix(root + "/"),
        let volume = pod.elements("spec", "volumes").first(where: { $0.text("name") == mount.text("name") })
      else { continue }
      return (volume, String(path.dropFirst(root.count)))
    }
    return nil
  }

  /// What a file of a container holds that comes from a ConfigMap.
  private func content(_ path: String, _ container: Value, _ pod: Value, _ cluster: Cluster) -> [UInt8]? {
    guard let (volume, rest) = mount(path, container, pod), let name = volume.text("configMap", "name"),
      let map = cluster["ConfigMap", pod.namespace, name]
    else { return nil }
    let file = String(rest.dropFirst())
    let item = volume.at("configMap")?.elements("items").first { $0.text("path") == file }
    return map.at("data", item?.text("key") ?? file)?.string.map { Array($0.utf8) }
  }

  private mutating func flannelStarted(_ step: Step) {
    let cluster = step.cluster
    let text =
      "FLANNEL_NETWORK=\(cluster.network)\nFLANNEL_SUBNET=\(cluster.networkPrefix).0.1/24\nFLANNEL_MTU=1450\n"
      + "FLANNEL_IPMASQ=true\n"
    put("/run/flannel/subnet.env", Array(text.utf8), mode: 0o644, at: step.time)
    addLink("flannel.1", .virtual)
    firewall.addFlannel(cluster)
  }

  private mutating func addLink(_ name: String, _ kind: NetLink.Kind) {
    guard links[name] == nil else { return }
    var link = NetLink(name, kind: kind)
    link.isUp = true
    link.mtu = 1450
    links[name] = link
  }

  /// multus waits for the configuration of another plugin, and comes before it.
  private mutating func multusStarted(_ containers: [Value], _ step: Step) {
    let keepsProgram = containers.contains { Self.words($0).contains("--skip-multus-binary-copy=true") }
    let program = "/opt/cni/bin/multus"
    if !keepsProgram, files.node(program) == nil { put(program, UnknownContent().bytes, mode: 0o755, at: step.time) }
    guard let first = networkConfiguration, !first.text.contains("multus"), let delegate = try? Value(json: first.text)
    else { return }
    let configuration: Value = [
      "cniVersion": "0.3.1", "name": "multus-cni-network", "type": "multus",
      "kubeconfig": "/etc/cni/net.d/multus.d/multus.kubeconfig", "delegates": [delegate],
    ]
    put("/etc/cni/net.d/00-multus.conf", Array((configuration.json + "\n").utf8), mode: 0o600, at: step.time)
    put(
      "/etc/cni/net.d/multus.d/multus.kubeconfig", Array("# Kubeconfig file for Multus CNI plugin.\n".utf8),
      mode: 0o600,
      at: step.time)
  }
}
