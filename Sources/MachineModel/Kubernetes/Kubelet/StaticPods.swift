import Values

extension Machine {
  /// The control plane's own pods, as the kubelet shows them to the API server.
  mutating func makeStaticPods(_ step: inout Step) {
    guard let node = step.cluster["Node", "", step.cluster.node] else { return }
    let pods: [(name: String, cpu: String)] = [
      ("etcd", "100m"), ("kube-apiserver", "250m"), ("kube-controller-manager", "200m"), ("kube-scheduler", "100m"),
    ]
    let answers = step.cluster.answers ?? step.time
    for (name, cpu) in pods {
      let id = ObjectID("Pod", "kube-system", "\(name)-\(step.cluster.node)")
      guard files.node("/etc/kubernetes/manifests/\(name).yaml") != nil else {
        step.cluster.delete(id)
        continue
      }
      guard step.cluster.objects[id] == nil else { continue }
      let started: Value = .string(Timestamp.text(answers))
      let image = KubeadmFiles.image(name, step.cluster.version, repository: nil)
      var pod: Value = [
        "apiVersion": "v1", "kind": "Pod",
        "metadata": [
          "name": .string(id.name), "namespace": "kube-system",
          "annotations": ["kubernetes.io/config.source": "file"],
          "labels": ["component": .string(name), "tier": "control-plane"], "ownerReferences": [Step.owner(node)],
        ],
        "spec": [
          "containers": [
            ["image": .string(image), "name": .string(name), "resources": ["requests": ["cpu": .string(cpu)]]]
          ], "hostNetwork": true, "nodeName": .string(step.cluster.node), "priorityClassName": "system-node-critical",
          "tolerations": [["effect": "NoExecute", "operator": "Exists"]],
        ],
        "status": [
          "phase": "Running", "startTime": started,
          "containerStatuses": [
            [
              "image": .string(image), "name": .string(name), "ready": true, "restartCount": 0, "started": true,
              "state": ["running": ["startedAt": started]],
            ]
          ],
        ],
      ]
      for type in ["PodScheduled", "Initialized", "ContainersReady", "Ready"] {
        pod.setCondition(type, true, at: answers)
      }
      step.cluster.store(Defaults.fill(pod, step.cluster.version), at: answers)
    }
  }
}
