import Host
import Testing
import Values

@testable import MachineModel

/// A model over a machine that is a part of a cluster: that is asked, and never changed.
struct ClusterBeneathTests {
  @Test func theClusterBeneathIsAskedAndNotChanged() async throws {
    let base = try await ClusterBench.initialized()
    _ = try await base.apply(Manifests.map("a", ["k": "1"]))
    let before = base.host.machine
    let host = ModelHost(try await Machine.capture(from: base.host), base: base.host)
    func kubectl(_ words: String, _ objects: Value...) async throws -> CommandResult {
      let list: Value = ["apiVersion": "v1", "kind": "List", "items": .array(objects)]
      let flags = ["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "--request-timeout=30s"]
      return try await host.run(
        Command(flags + words.split(separator: " ").map(String.init), input: Array(list.json.utf8), isReadOnly: true))
    }
    let answer = try Value(json: try await kubectl("get configmap a -o json").output)
    #expect(answer["data"] == ["k": "1"])
    let changed = Manifests.map("a", ["k": "2"])
    let dry = try await kubectl(ClusterBench.apply + " --dry-run=server", changed)
    #expect(try Value(json: dry.output)["data"] == ["k": "2"])
    do {
      _ = try await kubectl(ClusterBench.apply, changed)
      Issue.record("it was applied")
    } catch let error as HostError {
      #expect(error.reason == .unmodelled)
    }
    #expect(base.host.machine == before)
    // A cluster that the model makes anew is its own.
    _ = try await host.run("kubeadm", "reset", "-f")
    #expect(!host.machine.kubernetes.isUnknown)
  }
}
