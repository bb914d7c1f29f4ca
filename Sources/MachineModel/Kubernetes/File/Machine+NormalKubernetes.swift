extension Machine {
  /// Leaves away of Kubernetes what would be found out anew.
  mutating func normalizeKubernetes() {
    if let cluster = kubernetes.cluster, cluster.answers != nil { forgetContainers(cluster) }
    kubernetes.cluster = kubernetes.cluster?.normalized
    if let unit = units["kubelet.service"], unit.activity == .active {
      let settings = KubeletSettings(unit.process?.files ?? unit.loaded, files)
      if kubernetes.kubelet == KubeletFindings(self, settings) { kubernetes.kubelet = nil }
    } else {
      kubernetes.kubelet = nil
    }
    // What the plugin would find when it is started now.
    let plugins = (kubernetes.cluster?.all("DaemonSet") ?? []).compactMap { daemon -> [DeviceResource]? in
      guard let cluster = kubernetes.cluster, let template = daemon.at("spec", "template") else { return nil }
      var pod = template
      pod.put(.string(daemon.namespace), at: "metadata", "namespace")
      return devicePluginConfiguration(pod, cluster)
    }
    if let resources = plugins.first, devices(resources) == kubernetes.devices { kubernetes.devices = [:] }
    if plugins.isEmpty { kubernetes.devices = [:] }
  }

  /// What pods have made in the kernel and below `/run`, and make again.
  private mutating func forgetContainers(_ cluster: Cluster) {
    for name in ["cni0", "flannel.1"] { links[name] = nil }
    var made = Firewall()
    made.addKubeProxy()
    made.addFlannel(cluster)
    firewall.remove(made)
    files.set("/run/flannel/subnet.env", nil)
    for volume in cluster.all("Pod").flatMap({ $0.elements("spec", "volumes") }) {
      guard let path = volume.text("hostPath", "path")?.canonicalPath, path.hasPrefix("/run/"),
        files[path]?.content == .directory([:])
      else { continue }
      files.set(path, nil)
    }
  }

  /// A boot ends all containers, and what they made in the kernel.
  mutating func endContainers() {
    for name in ["cni0", "flannel.1"] { links[name] = nil }
    firewall = Firewall()
    kubernetes.kubelet = nil
    kubernetes.devices = [:]
    kubernetes.cluster?.answers = nil
    kubernetes.cluster?.booted = clock
    kubernetes.cluster?.due = clock
  }
}
