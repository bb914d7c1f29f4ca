import Values

/// One look of the kubelet, the controllers and the scheduler at what there is.
extension Machine {
  /// What a step works on: taken out of the machine, so that both can be changed.
  struct Step {
    var cluster: Cluster
    /// Microseconds since the epoch.
    let time: Int
    /// When something is to be looked at again.
    var due: Int?
    /// Hashes of templates, by their workload and its generation.
    private var hashes: [String: String] = [:]

    init(_ cluster: Cluster, at time: Int) {
      self.cluster = cluster
      self.time = time
    }

    /// What tells the template of a workload's pods from others.
    mutating func hash(_ workload: Value) -> String {
      let key = "\(workload.uid) \(workload.number("metadata", "generation") ?? 0)"
      if let known = hashes[key] { return known }
      let template = workload.at("spec", "template") ?? [:]
      let hash = Cluster.word(StableHash("\(workload.id) \(template.json)").value, 10)
      hashes[key] = hash
      return hash
    }

    /// Whether `seconds` after `since` is over; if not, that is when to look again.
    mutating func isOver(_ seconds: Int, since: Int) -> Bool {
      let end = since + seconds * 1_000_000
      if end <= time { return true }
      due = min(due ?? end, end)
      return false
    }
  }

  mutating func step(at time: Int) {
    guard files.node("/var/lib/etcd/member") != nil else {
      kubernetes.cluster = nil
      return
    }
    guard var cluster = kubernetes.cluster else { return }
    cluster.answers = controlPlaneStart(cluster.answers, at: time)
    guard let answers = cluster.answers, answers <= time else {
      cluster.due = cluster.answers
      kubernetes.cluster = cluster
      return
    }
    var step = Step(cluster, at: time)
    // Each round sees what the last one did; a cluster comes to rest after a few.
    for _ in 0..<Self.roundLimit {
      let before = step.cluster
      step.due = nil
      control(&step)
      if step.cluster == before { break }
    }
    step.cluster.due = step.due
    kubernetes.cluster = step.cluster
  }

  private static let roundLimit = 20

  private mutating func control(_ step: inout Step) {
    step.fillNamespaces()
    step.establishDefinitions()
    step.collectGarbage()
    step.deploy()
    step.runDaemons()
    updateNode(&step)
    makeStaticPods(&step)
    step.schedule()
    runPods(&step)
    step.reportWorkloads()
  }

  /// From when on the API server answers: it is a container, which the kubelet starts from its manifest, and which
  /// goes on without the kubelet.
  private func controlPlaneStart(_ answers: Int?, at time: Int) -> Int? {
    guard isRunning("kubelet.service") else { return answers }
    let manifests = ["etcd", "kube-apiserver"].map { "/etc/kubernetes/manifests/\($0).yaml" }
    guard manifests.allSatisfy({ files.node($0) != nil }), isRunning("containerd.service") else { return nil }
    return answers ?? time + 20 * 1_000_000
  }
}
