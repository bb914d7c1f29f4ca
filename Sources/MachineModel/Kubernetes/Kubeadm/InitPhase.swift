import Host
import Values
import YAML

/// The phases of `kubeadm init`, in their order. What one wrote is still there if the next is never reached.
enum InitPhase: String, CaseIterable {
  case preflight, certs, kubeconfig
  case kubeletStart = "kubelet-start"
  case controlPlane = "control-plane"
  case etcd
  case waitControlPlane = "wait-control-plane"
  case uploadConfig = "upload-config"
  case markControlPlane = "mark-control-plane"
  case bootstrapToken = "bootstrap-token"
  case kubeletFinalize = "kubelet-finalize"
  case addon

  /// Does a phase. Answers what kubeadm ends with, if it ends there.
  func run(_ command: Command, _ machine: inout Machine) -> CommandResult? {
    let options: KubeadmOptions
    do throws(KubeadmOptions.Problem) {
      options = try KubeadmOptions(command.arguments.dropFirst(2), machine)
    } catch {
      return .failure("\(error.message)\nTo see the stack trace of this error execute with --v=5 or higher")
    }
    var cluster = Cluster(version: options.version, node: machine.name.lowercased())
    (cluster.podNetwork, cluster.criSocket) = (options.podNetwork, options.criSocket)
    cluster.images = options.images
    let address = machine.nodeAddress
    switch self {
    case .preflight:
      guard let refusal = Preflight(machine: machine, options: options).refusal else { return nil }
      return .failure(refusal)
    case .certs: machine.write(KubeadmFiles.certificates())
    case .kubeconfig: machine.write(KubeadmFiles.kubeconfigs(cluster, address))
    case .kubeletStart:
      try? machine.stopUnit("kubelet.service")
      machine.write(KubeadmFiles.kubelet(cluster, options.kubelet))
      machine.write(KubeadmFiles.kubeletCertificates())
      try? machine.startUnit("kubelet.service")
    case .controlPlane: machine.write(KubeadmFiles.manifests(cluster, address))
    case .etcd:
      machine.write([KubeadmFiles.etcd(cluster, address)])
      machine.makeDirectory("/var/lib/etcd")
    case .waitControlPlane: return machine.waitForControlPlane(cluster)
    case .uploadConfig:
      let kubelet = machine.files.text("/var/lib/kubelet/config.yaml") ?? ""
      machine.add(KubeadmObjects.configuration(cluster, kubelet))
    case .markControlPlane:
      machine.retryKubelet()
      let time = machine.clock
      machine.kubernetes.cluster?.change(ObjectID("Node", "", cluster.node), at: time) {
        KubeadmObjects.mark(&$0, options.version)
      }
    case .bootstrapToken: machine.add(KubeadmObjects.bootstrap())
    case .kubeletFinalize: break
    case .addon:
      machine.add(KubeadmObjects.addons(cluster, dnsImages: options.dnsImages))
      machine.followCluster()
      return .success(
        "Your Kubernetes control-plane has initialized successfully!\n\nTo start using your cluster, you need to run the "
          + "following as a regular user:\n\n  mkdir -p $HOME/.kube\n  sudo cp -i /etc/kubernetes/admin.conf "
          + "$HOME/.kube/config\n  sudo chown $(id -u):$(id -g) $HOME/.kube/config\n")
    }
    return nil
  }
}

extension Machine {
  mutating func write(_ list: [KubeadmFiles.File]) {
    for file in list {
      let parents = KubeadmFiles.directories.map(\.path).filter { file.path.hasPrefix($0 + "/") }
      for parent in parents { makeDirectory(parent) }
      files.set(
        file.path, FileTree.Node(content: .file(Array(file.text.utf8)), mode: file.mode, modified: clock), at: clock)
    }
  }

  /// Makes a directory, if it is not there.
  mutating func makeDirectory(_ path: String) {
    guard files[path]?.isImplied ?? true else { return }
    let mode = KubeadmFiles.directories.first { $0.path == path }?.mode ?? 0o755
    let children = files[path]?.content ?? .directory([:])
    files.set(path, FileTree.Node(content: children, mode: mode, modified: clock), at: clock)
  }

  mutating func add(_ objects: [Value]) {
    guard var cluster = kubernetes.cluster else { return }
    for object in objects {
      var object = Defaults.fill(object, cluster.version)
      object.managers = ServerSideApply.track("kubeadm", from: .null, to: object, at: clock)
      cluster.store(object, at: clock)
    }
    kubernetes.cluster = cluster
  }

  /// The kubelet starts the control plane from its manifests; without it, kubeadm gives up after four minutes.
  fileprivate mutating func waitForControlPlane(_ cluster: Cluster) -> CommandResult? {
    retryKubelet()
    guard isRunning("kubelet.service"), isRunning("containerd.service") else {
      clock += 240 * 1_000_000
      return .failure(
        """
        [kubelet-check] The HTTP call equal to 'curl -sSL http://localhost:10248/healthz' failed with error: Get \
        "http://localhost:10248/healthz": dial tcp 127.0.0.1:10248: connect: connection refused.

        Unfortunately, an error has occurred:
        \ttimed out waiting for the condition

        This error is likely caused by:
        \t- The kubelet is not running
        \t- The kubelet is unhealthy due to a misconfiguration of the node in some way (required cgroups disabled)

        error execution phase wait-control-plane: couldn't initialize a Kubernetes cluster
        To see the stack trace of this error execute with --v=5 or higher
        """)
    }
    clock += 15 * 1_000_000
    write([KubeadmFiles.data])
    var cluster = cluster
    cluster.answers = clock
    kubernetes.cluster = cluster
    add(KubeadmObjects.builtin())
    add([KubeadmObjects.node(cluster)])
    return nil
  }
}
