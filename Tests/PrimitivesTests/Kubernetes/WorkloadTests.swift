import Testing
import Values

@testable import Primitives

struct WorkloadTests {
  private func shortfall(_ kind: WorkloadKind, _ status: Value, replicas: Int = 2) -> String? {
    Workload(
      kind: kind,
      object: [
        "metadata": ["generation": 3], "spec": kind == .deployment ? ["replicas": .integer(replicas)] : [:],
        "status": status,
      ]
    ).shortfall
  }

  /// As `kubectl rollout status` judges it.
  @Test func rollouts() {
    #expect(shortfall(.deployment, ["observedGeneration": 2]) == "its controller has not seen it yet")
    var status: Value = ["observedGeneration": 3, "updatedReplicas": 1, "replicas": 2]
    #expect(shortfall(.deployment, status) == "1 of 2 pods are of the present template")
    status.set("updatedReplicas", to: 2)
    status.set("replicas", to: 3)
    #expect(shortfall(.deployment, status) == "1 pods of the former template are still there")
    status.set("replicas", to: 2)
    #expect(shortfall(.deployment, status) == "0 of 2 pods are available")
    status.set("availableReplicas", to: 2)
    #expect(shortfall(.deployment, status) == nil)
    #expect(shortfall(.deployment, ["observedGeneration": 3], replicas: 0) == nil)
    status = ["observedGeneration": 3, "desiredNumberScheduled": 1, "updatedNumberScheduled": 1]
    #expect(shortfall(.daemonSet, status) == "0 of 1 pods are available")
    status.set("numberAvailable", to: 1)
    #expect(shortfall(.daemonSet, status) == nil)
  }

  /// Without one, all pods of the namespace would be its own.
  @Test func theLabelsOfItsPods() {
    let expressions: Value = [
      ["key": "tier", "operator": "In", "values": ["a", "b"]], ["key": "x", "operator": "NotIn", "values": ["c"]],
      ["key": "y", "operator": "Exists"], ["key": "z", "operator": "DoesNotExist"],
    ]
    let selector: Value = ["matchLabels": ["app": "d"], "matchExpressions": expressions]
    let workload = Workload(kind: .daemonSet, object: ["spec": ["selector": selector]])
    #expect(workload.selector == "app=d,tier in (a,b),x notin (c),y,!z")
  }

  @Test func theConfigMapsOfItsPods() {
    let spec: Value = [
      "volumes": [
        ["configMap": ["name": "a"]], ["emptyDir": [:]],
        ["projected": ["sources": [["configMap": ["name": "b"]], ["secret": ["name": "s"]]]]],
      ],
      "initContainers": [["envFrom": [["configMapRef": ["name": "c"]]]]],
      "containers": [["env": [["valueFrom": ["configMapKeyRef": ["name": "d"]]], ["value": "x"]]], ["name": "a"]],
    ]
    let workload = Workload(kind: .daemonSet, object: ["spec": ["template": ["spec": spec]]])
    #expect(workload.configMaps == ["a", "b", "c", "d"])
    #expect(Workload(kind: .daemonSet, object: [:]).configMaps == [])
  }
}
