import Host
import Values

/// What `kubeadm init` looks at before it begins (cmd/kubeadm/app/preflight/checks.go).
struct Preflight {
  struct Finding: Equatable {
    var check: String
    var message: String
  }

  let machine: Machine
  let options: KubeadmOptions

  /// All that is wrong, in kubeadm's order.
  var findings: [Finding] {
    system + processors + services + ports([6443, 10259, 10257], used: isServing) + manifests + containerRuntime
      + parameters + swap
      + programs + ports([10250], used: machine.isRunning("kubelet.service")) + ports([2379, 2380], used: isServing)
      + data
      + images
  }

  /// k8s.io/system-validators: an error since 1.35, whatever the kubelet is told.
  private var system: [Finding] {
    guard !machine.hasCgroupV2, options.version.minor >= 35 else { return [] }
    return [
      Finding(
        check: "SystemVerification",
        message:
          "cgroups v1 support is deprecated and will be removed in a future release. Please migrate to cgroups v2. To "
          + "explicitly enable cgroups v1 support for kubelet v1.35 or newer, you must set the kubelet configuration "
          + "option 'FailCgroupV1' to 'false'. You must also explicitly skip this validation.")
    ]
  }

  private var processors: [Finding] {
    let cpus = machine.numa.values.reduce(0) { $0 + (CPUList.numbers($1.cpus)?.count ?? 0) }
    let memory = machine.numa.values.reduce(0) { $0 + $1.memory } / ByteCount.mebi
    var findings: [Finding] = []
    if cpus < 2 {
      findings.append(
        Finding(check: "NumCPU", message: "the number of available CPUs \(cpus) is less than the required 2"))
    }
    if memory < 1700 {
      findings.append(
        Finding(check: "Mem", message: "the system RAM (\(memory) MB) is less than the minimum 1700 MB"))
    }
    return findings
  }

  private var services: [Finding] {
    guard let version = machine.kubeletVersion else {
      return [
        Finding(
          check: "KubeletVersion",
          message:
            "couldn't get kubelet version: cannot execute 'kubelet --version': executable file not found in $PATH")
      ]
    }
    guard version.minor > options.version.minor else { return [] }
    return [
      Finding(
        check: "KubeletVersion",
        message:
          "the kubelet version is higher than the control plane version. This is not a supported version skew and "
          + "may lead to a malfunctional cluster. Kubelet version: \"\(version.description.dropFirst())\" Control plane "
          + "version: \"\(options.version.description.dropFirst())\"")
    ]
  }

  /// Whether a control plane runs.
  private var isServing: Bool { machine.kubernetes.cluster?.answers != nil }

  private func ports(_ numbers: [Int], used: Bool) -> [Finding] {
    used ? numbers.map { Finding(check: "Port-\($0)", message: "Port \($0) is in use") } : []
  }

  private var manifests: [Finding] {
    ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"].compactMap { name in
      let path = "/etc/kubernetes/manifests/\(name).yaml"
      guard machine.files.node(path) != nil else { return nil }
      return Finding(check: "FileAvailable-\(path.replacing("/", with: "-"))", message: "\(path) already exists")
    }
  }

  private var containerRuntime: [Finding] {
    if machine.isRunning("containerd.service") { return [] }
    return [
      Finding(
        check: "CRI",
        message:
          "container runtime is not running: output: time=\"…\" level=fatal msg=\"unable to determine runtime API "
          + "version: rpc error: code = Unavailable desc = connection error: desc = \\\"transport: Error while dialing dial "
          + "\(options.criSocket.replacing("unix://", with: "unix ")): connect: no such file or directory\\\"\"\n, error: exit "
          + "status 1")
    ]
  }

  private var parameters: [Finding] {
    ["net/bridge/bridge-nf-call-iptables", "net/ipv4/ip_forward"].compactMap { key in
      let path = "/proc/sys/\(key)"
      let value = machine.sysctl[key]
      if value?.trimmed == "1" { return nil }
      return Finding(
        check: "FileContent-\(path.replacing("/", with: "-"))",
        message: value == nil ? "\(path) does not exist" : "\(path) contents are not set to 1")
    }
  }

  private var swap: [Finding] {
    // From 1.22 to 1.33 as before; from 1.34 on it only warns.
    guard machine.swap.contains(where: \.isOn), options.version.minor < 34 else { return [] }
    return [Finding(check: "Swap", message: "running with swap on is not supported. Please disable swap")]
  }

  /// kubeadm looks for what its package depends on (conntrack) and runs crictl.
  private var programs: [Finding] {
    ["conntrack", "crictl"].compactMap { program in
      let isThere = ["/usr/sbin", "/usr/bin", "/usr/local/bin"].contains {
        machine.files.node("\($0)/\(program)") != nil
      }
      return isThere ? nil : Finding(check: "FileExisting-\(program)", message: "\(program) not found in system path")
    }
  }

  private var data: [Finding] {
    machine.files.names("/var/lib/etcd").isEmpty
      ? [] : [Finding(check: "DirAvailable--var-lib-etcd", message: "/var/lib/etcd is not empty")]
  }

  /// coredns is one level deeper in the public registries since 1.8 (kubernetes/kubeadm#2761).
  private static let neverPublished = ["registry.k8s.io/coredns:v*", "k8s.gcr.io/coredns:v*"]

  private var images: [Finding] {
    KubeadmFiles.images(options.version, repository: options.images, names: options.dnsImages).filter { image in
      (machine.kubernetes.missingImages + Self.neverPublished).contains { Glob($0).matches(image) }
    }.map { image in
      Finding(
        check: "ImagePull",
        message: "failed to pull image \(image): output: time=\"…\" level=fatal msg=\"pulling image: rpc error: code = "
          + "Unknown desc = failed to pull and unpack image \\\"\(image)\\\": failed to resolve reference\"\n, error: exit "
          + "status 1")
    }
  }

  /// What kubeadm prints if one of them is fatal; nil if none is.
  var refusal: String? {
    let fatal = findings.filter { !options.ignored.contains("all") && !options.ignored.contains($0.check.lowercased()) }
    guard !fatal.isEmpty else { return nil }
    return "error execution phase preflight: [preflight] Some fatal errors occurred:\n"
      + fatal.map { "\t[ERROR \($0.check)]: \($0.message)\n" }.joined()
      + "[preflight] If you know what you are doing, you can make a check non-fatal with "
      + "`--ignore-preflight-errors=...`\nTo see the stack trace of this error execute with --v=5 or higher"
  }
}
