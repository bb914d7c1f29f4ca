import Host
import OrderedCollections
import Values

/// What a pod needs before its containers can run: volumes, a network, images.
extension Machine {
  func obstacle(_ pod: Value, _ cluster: Cluster) -> Obstacle? {
    volumeObstacle(pod, cluster) ?? networkObstacle(pod, cluster) ?? imageObstacle(pod, cluster)
      ?? deviceObstacle(pod, cluster)
  }

  // MARK: Volumes

  private func volumeObstacle(_ pod: Value, _ cluster: Cluster) -> Obstacle? {
    for volume in pod.elements("spec", "volumes") {
      guard let problem = problem(volume, pod.namespace, cluster) else { continue }
      return Obstacle(
        event: "FailedMount",
        message: "MountVolume.SetUp failed for volume \"\(volume.text("name") ?? "")\" : \(problem)")
    }
    return nil
  }

  private func problem(_ volume: Value, _ namespace: String, _ cluster: Cluster) -> String? {
    if let map = volume["configMap"], map["optional"]?.boolean != true {
      let name = map.text("name") ?? ""
      guard let object = cluster["ConfigMap", namespace, name] else { return "configmap \"\(name)\" not found" }
      return missingKey(map, object).map { "configmap references non-existent config key: \($0)" }
    }
    if let secret = volume["secret"], secret["optional"]?.boolean != true {
      let name = secret.text("secretName") ?? ""
      guard let object = cluster["Secret", namespace, name] else { return "secret \"\(name)\" not found" }
      return missingKey(secret, object).map { "references non-existent secret key: \($0)" }
    }
    guard let path = volume.text("hostPath", "path") else { return nil }
    return hostPathProblem(path, volume.text("hostPath", "type") ?? "")
  }

  private func missingKey(_ source: Value, _ object: Value) -> String? {
    source.elements("items").compactMap { $0.text("key") }.first { object.at("data", $0) == nil }
  }

  /// pkg/volume/hostpath/host_path.go
  private func hostPathProblem(_ path: String, _ type: String) -> String? {
    let kind = hostPathKind(path)
    let words: [String: (kinds: [HostPathKind], text: String)] = [
      "Directory": ([.directory], "a directory"), "File": ([.file], "a file"),
      "CharDevice": ([.device], "a character device"), "BlockDevice": ([], "a block device"),
      "Socket": ([], "a socket file"),
    ]
    guard let (kinds, text) = words[type], kind.map({ !kinds.contains($0) }) ?? true else { return nil }
    return "hostPath type check failed: \(path) is not \(text)"
  }

  enum HostPathKind { case file, directory, device }

  /// What stands at a path of the machine; nil if nothing does.
  func hostPathKind(_ path: String) -> HostPathKind? {
    switch try? Pathfinder(nil).place(path, followLast: true, self).stand {
    case .generated(.device): .device
    case .generated(.attribute): .file
    case .generated: .directory
    case .stored(let node):
      switch node.content {
      case .file: .file
      case .device: .device
      default: .directory
      }
    default: nil
    }
  }

  /// containerd makes a directory where a path that is to be mounted is missing (pkg/cri/opts/spec.go), whatever the
  /// container takes it for.
  mutating func makeHostPaths(_ pod: Value) {
    for volume in pod.elements("spec", "volumes") {
      guard let path = volume.text("hostPath", "path"), hostPathKind(path) == nil else { continue }
      if !path.hasPrefix("/sys/"), !path.hasPrefix("/proc/") { files.setIfAbsent(directory: path.canonicalPath) }
    }
  }

  // MARK: Network

  private func networkObstacle(_ pod: Value, _ cluster: Cluster) -> Obstacle? {
    if pod.at("spec", "hostNetwork")?.boolean == true { return nil }
    guard let network = networkConfiguration else {
      return Obstacle(
        event: "NetworkNotReady",
        message: "network is not ready: container runtime network not ready: NetworkReady=false "
          + "reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized")
    }
    guard let problem = networkProblem(network, pod, cluster) else { return nil }
    return Obstacle(
      event: "FailedCreatePodSandBox",
      message: "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "
        + "\"\(StableHash.digits("sandbox \(pod.uid)"))\": \(problem)")
  }

  // MARK: Images

  /// The registry of the router's images gives them only to whom it knows.
  private static let closedRegistry = "download.6wind.com"

  private func imageObstacle(_ pod: Value, _ cluster: Cluster) -> Obstacle? {
    for container in pod.elements("spec", "initContainers") + pod.elements("spec", "containers") {
      let image = container.text("image") ?? ""
      let reference = "failed to pull and unpack image \"\(image)\": failed to resolve reference \"\(image)\": "
      var problem: String?
      if kubernetes.missingImages.contains(where: { Glob($0).matches(image) }) {
        problem = "\(image): not found"
      } else if image.hasPrefix(Self.closedRegistry + "/"), !hasCredentials(pod, cluster) {
        problem =
          "pull access denied, repository does not exist or may require authorization: authorization failed: no "
          + "basic auth credentials"
      }
      guard let problem else { continue }
      return Obstacle(
        event: "Failed",
        message: "Failed to pull image \"\(image)\": rpc error: code = Unknown desc = \(reference)\(problem)",
        waiting: "ImagePullBackOff", explanation: "Back-off pulling image \"\(image)\"")
    }
    return nil
  }

  /// Whether one of a pod's pull secrets is for the closed registry. Which login and password are in it is not looked at.
  private func hasCredentials(_ pod: Value, _ cluster: Cluster) -> Bool {
    let account = cluster["ServiceAccount", pod.namespace, pod.text("spec", "serviceAccountName") ?? "default"]
    let references = pod.elements("spec", "imagePullSecrets") + (account?.elements("imagePullSecrets") ?? [])
    return references.contains { reference in
      guard let secret = cluster["Secret", pod.namespace, reference.text("name") ?? ""],
        let encoded = secret.at("data")?.text(".dockerconfigjson"), let bytes = Base64.decode(encoded),
        let configuration = try? Value(json: bytes)
      else { return false }
      return configuration["auths"]?.map?.keys.contains { $0.contains(Self.closedRegistry) } ?? false
    }
  }

  // MARK: Devices

  /// A device file that the device plugin has mounted into the container has to be there.
  private func deviceObstacle(_ pod: Value, _ cluster: Cluster) -> Obstacle? {
    guard hostPathKind("/dev/vhost-net") == nil else { return nil }
    let wanted = Scheduling.requests(pod["spec"] ?? [:]).keys
    guard devicePluginResources(cluster).contains(where: { wanted.contains($0.name) && $0.needsVhostNet }) else {
      return nil
    }
    return Obstacle(
      event: "Failed",
      message: "Error: failed to generate container \"\(StableHash.digits("container \(pod.uid)"))\" spec: failed to "
        + "generate spec: failed to apply OCI options: lstat /dev/vhost-net: no such file or directory",
      waiting: "CreateContainerError")
  }
}

extension String {
  /// The path with the links that every system has resolved.
  var canonicalPath: String { hasPrefix("/var/run/") ? String(dropFirst(4)) : self }
}
