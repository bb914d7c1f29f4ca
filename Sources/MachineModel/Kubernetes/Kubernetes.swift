/// What a machine has of Kubernetes: the cluster, and what its kubelet and plugins know of the machine.
struct Kubernetes: Equatable, Sendable {
  /// Patterns of images that cannot be pulled.
  var missingImages: [String] = []
  var cluster: Cluster?
  /// Whether the machine is a part of a cluster of which the model knows nothing, as one that was captured.
  var isUnknown = false
  /// What the running kubelet found when it started; nil if it has not looked yet.
  var kubelet: KubeletFindings?
  /// What the SR-IOV device plugin found when it started: how many devices by resource.
  var devices: [String: Int] = [:]
  /// Whether the API server does not answer, as a fault has it for one command.
  var isRefusing = false
  /// The machine in which the cluster came to rest last. It is no part of what is.
  var rest = Rest()

  struct Rest: Equatable, Sendable {
    final class Snapshot: Sendable {
      let machine: Machine
      init(_ machine: Machine) { self.machine = machine }
    }

    var snapshot: Snapshot?

    static func == (a: Rest, b: Rest) -> Bool { true }
  }
}

extension Machine {
  /// Whether the API server answers now.
  var apiServerAnswers: Bool {
    !kubernetes.isRefusing && kubernetes.cluster?.answers.map { $0 <= clock } ?? false
  }

  /// Whether a service's main process runs.
  func isRunning(_ service: String) -> Bool { units[service]?.activity == .active }

  /// Lets the cluster's controllers and the kubelet do what they have done by now.
  mutating func followCluster() {
    if isAtRest { return }
    retryKubelet()
    guard kubernetes.cluster != nil else { return }
    // What was due before now has been done at its time, with what came of it.
    var steps = 0
    while let due = kubernetes.cluster?.due, due < clock, steps < Self.stepLimit {
      step(at: due)
      steps += 1
      // Nothing is due again at once.
      if let next = kubernetes.cluster?.due, next <= due { kubernetes.cluster?.due = due + 1_000_000 }
    }
    step(at: clock)
    kubernetes.rest.snapshot = nil
    kubernetes.rest.snapshot = Kubernetes.Rest.Snapshot(self)
  }

  /// Whether nothing that a cluster looks at has changed since it came to rest, and nothing is due.
  private var isAtRest: Bool {
    guard let former = kubernetes.rest.snapshot?.machine, kubernetes.cluster?.due.map({ $0 > clock }) ?? true else {
      return false
    }
    return kubernetes == former.kubernetes && files.root == former.files.root && units == former.units
      && modules == former.modules && pci == former.pci && numa == former.numa && links == former.links
      && swap == former.swap && packages == former.packages && firewall == former.firewall && boots == former.boots
      && kernel == former.kernel
  }

  private static let stepLimit = 1000
}
