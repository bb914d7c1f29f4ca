import Values

/// What a kubelet does when it is started.
extension Machine {
  /// Why a kubelet that is started now ends at once, in its own words; nil if it runs.
  func kubeletFailure(_ unit: UnitFiles) -> String? {
    let settings = KubeletSettings(unit, files)
    let minor = kubeletVersion?.minor ?? 24
    if settings.configuration == nil {
      let path = settings.configurationPath
      return
        "failed to load Kubelet config file \(path), error failed to read kubelet config file \"\(path)\", error: open "
        + "\(path): no such file or directory"
    }
    for (flag, removed) in Self.removedFlags where minor >= removed && settings.flags[flag] != nil {
      return "failed to parse kubelet flag: unknown flag: --\(flag)"
    }
    if minor >= 25, settings.featureGates.contains("IPv6DualStack") {
      return "failed to set feature gates from initial flags-based config: unrecognized feature gate: IPv6DualStack"
    }
    if settings.failsOnCgroupV1(minor), !hasCgroupV2 {
      return "kubelet is configured to not run on a host using cgroup v1. cgroup v1 support is unsupported and will be "
        + "removed in a future release"
    }
    if settings.failsOnSwap, swap.contains(where: \.isOn) {
      return "failed to run Kubelet: running with swap on is not supported, please disable swap! or set --fail-swap-on "
        + "flag to false"
    }
    if settings.cpuManagerPolicy == "static", settings.reservedCPUs.isEmpty, settings.reservedAmount == 0 {
      return "Failed to start ContainerManager: start cpu manager error: [cpumanager] unable to determine reserved CPU "
        + "resources for static policy"
    }
    if let state = files.text("/var/lib/kubelet/cpu_manager_state").flatMap({ try? Value(json: $0) }),
      let policy = state.text("policyName"), policy != settings.cpuManagerPolicy
    {
      return "could not restore state from checkpoint: configured policy \"\(settings.cpuManagerPolicy)\" differs from "
        + "state checkpoint policy \"\(policy)\", please drain this node and delete the CPU manager checkpoint file "
        + "\"/var/lib/kubelet/cpu_manager_state\" before restarting Kubelet"
    }
    if !isRunning("containerd.service") {
      return
        "failed to run Kubelet: unable to determine runtime API version: rpc error: code = Unavailable desc = connection "
        + "error: desc = \"transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: no such file or "
        + "directory\""
    }
    return nil
  }

  /// Flags that later kubelets do not know, and the minor version that dropped them.
  private static let removedFlags = [
    ("network-plugin", 24), ("cni-bin-dir", 24), ("cni-conf-dir", 24), ("container-runtime", 27),
    ("pod-infra-container-image", 35),
  ]

  /// What a kubelet that was just started has seen of the machine.
  mutating func kubeletStarted() {
    guard let unit = units["kubelet.service"], unit.activity == .active else { return }
    let settings = KubeletSettings(unit.process?.files ?? unit.loaded, files)
    kubernetes.kubelet = KubeletFindings(self, settings)
  }

  /// systemd starts a kubelet that ended again every ten seconds; one that nobody has looked at since the boot begins.
  mutating func retryKubelet() {
    if units["kubelet.service"]?.activity == .restarting { try? restartUnit("kubelet.service") }
    if kubernetes.kubelet == nil { kubeletStarted() }
  }

  /// Whether a boot starts something of its own before the kubelet, so that this has not begun when the machine is up.
  var startsBeforeKubelet: Bool {
    units.keys.contains { name in
      UnitInstallation.isEnabled(name, in: files)
        && UnitText(files.unitFiles(name)).list("Unit", "Before").flatMap(\.words).contains("kubelet.service")
    }
  }
}

/// What a kubelet knows of its machine from its start on; it looks again only when it is started again.
struct KubeletFindings: Equatable, Sendable {
  var cpus = 0
  /// Processors that are not for pods, in thousandths.
  var reserved = 0
  /// Bytes.
  var memory = 0
  /// How many huge pages there are by size in bytes.
  var hugePages: [Int: Int] = [:]
  var allowedSysctls: [String] = []

  init() {}

  init(_ machine: Machine, _ settings: KubeletSettings) {
    cpus = machine.numa.values.reduce(0) { $0 + (CPUList.numbers($1.cpus)?.count ?? 0) }
    reserved = CPUList.numbers(settings.reservedCPUs).map { $0.count * 1000 } ?? settings.reservedAmount
    if reserved == 0 { reserved = settings.reservedAmount }
    memory = machine.numa.values.reduce(0) { $0 + $1.memory }
    for size in machine.hugePageSizes { hugePages[size] = machine.hugePages(size, \.total) }
    allowedSysctls = settings.allowedSysctls
  }
}
