import Testing

@testable import Lint

/// Versions of objects against the version of Kubernetes.
@Suite struct KubernetesRulesTests {
  private static func book(_ version: String, _ call: String) -> String {
    """
    local params = runbook { name = 'r', version = '1', params = {
      kubernetes = { type = 'string', default = '\(version)' } } }
    step('a', function() \(call) end)
    return params.kubernetes
    """
  }

  private static func apply(_ apiVersion: String, _ kind: String) -> String {
    "kube.apply { objects = { { apiVersion = '\(apiVersion)', kind = '\(kind)', metadata = { name = note } } } }"
  }

  static let examples = [
    Example(
      "kubernetes-object", bad: book("1.25.0", apply("policy/v1beta1", "PodSecurityPolicy")),
      "3:49: kubernetes-object: Kubernetes 1.25 has no policy/v1beta1 PodSecurityPolicy: 1.25 removed it; write the label pod-security.kubernetes.io/enforce of a Namespace",
      good: book("1.24.17", apply("policy/v1beta1", "PodSecurityPolicy"))),
    Example(
      "kubernetes-object", bad: book("1.20.0", apply("batch/v1", "CronJob")),
      "3:49: kubernetes-object: Kubernetes 1.20 has no batch/v1 CronJob: it came with 1.21; before that it is batch/v1beta1",
      good: book("1.21.0", apply("batch/v1", "CronJob"))),
    Example(
      "kubernetes-object",
      bad: book(
        "1.33.0", "kube.apply { manifest = 'apiVersion: extensions/v1beta1\\nkind: Ingress\\nmetadata: {name: a}' }"),
      "3:46: kubernetes-object: Kubernetes 1.33 has no extensions/v1beta1 Ingress: 1.22 removed it; write networking.k8s.io/v1",
      good: book(
        "1.33.0", "kube.apply { manifest = 'apiVersion: networking.k8s.io/v1\\nkind: Ingress\\nmetadata: {name: a}' }")),
  ]

  @Test(arguments: examples) func isFound(example: Example) throws { try example.hold() }

  @Test(arguments: [
    ("policy/v1beta1", "PodDisruptionBudget", 25), ("networking.k8s.io/v1beta1", "Ingress", 22),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 22),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRole", 22), ("batch/v1beta1", "CronJob", 25),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler", 25), ("autoscaling/v2beta2", "HorizontalPodAutoscaler", 26),
    ("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", 26),
    ("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", 29),
    ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", 32), ("storage.k8s.io/v1beta1", "CSIStorageCapacity", 27),
  ]) func aVersionIsGoneFromARelease(apiVersion: String, kind: String, removed: Int) throws {
    let module = "return function() \(Self.apply(apiVersion, kind)) end"
    func found(_ minor: Int) throws -> Int {
      try Bench(kubernetes: KubernetesRelease(minor: minor)).check(module).count
    }
    #expect(try found(removed) == 1 && found(removed + 3) == 1)
    #expect(try found(removed - 1) == 0)
    // Without a version nothing can be said.
    #expect(try Bench().check(module) == [])
  }

  @Test func theVersionThatIsAskedForCountsMoreThanTheRunbooks() throws {
    let text = Self.book("1.24.0", Self.apply("policy/v1beta1", "PodSecurityPolicy"))
    #expect(try Bench(kubernetes: KubernetesRelease("1.33.0")).check(text).count == 1)
  }

  @Test func anObjectInALocalIsSeen() throws {
    let text = """
      return function()
        local policy = { apiVersion = 'policy/v1beta1', kind = 'PodSecurityPolicy' }
        local objects = { policy }
        kube.apply { objects = objects }
      end
      """
    #expect(try Bench(kubernetes: KubernetesRelease("v1.25")).check(text).map { $0.prefix(10) } == ["r.lua:2:20"])
  }

  @Test func releasesAreRead() {
    for (text, minor) in [("1.33.0", 33), ("v1.24", 24), ("1.9.11", 9)] {
      #expect(KubernetesRelease(text)?.minor == minor)
    }
    for text in ["", "1", "2.0.0", "1.x.0", "1.2.3.4", "1.-1", "latest"] { #expect(KubernetesRelease(text) == nil) }
  }
}
