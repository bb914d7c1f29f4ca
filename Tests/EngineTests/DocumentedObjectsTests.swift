import LiveHost
import Testing
import Values
import YAML

@testable import Engine

/// What the shipped runbook makes of the documented parameters on the documented machine, compared with the document's own
/// files, field by field.
@Suite struct DocumentedObjectsTests {
  /// The whole install, rehearsed once.
  private static func installed() async throws -> Bench {
    let bench = try Bench("")
    bench.scripts = try CrashTests.shipped()
    let end = await bench.run()
    if let error = end.error { throw error }
    return bench
  }

  private static func documented(_ name: String) throws -> [UInt8] {
    try LiveHost().read("\(Example.root)/Tests/EngineTests/Documented/\(name)")
  }

  /// The objects that a step applied, by kind and name.
  private static func applied(_ bench: Bench, step: String) throws -> [String: Value] {
    let objects = bench.log.entries.filter {
      $0.kind == .effect && $0["step"]?.string == step && $0["primitive"] == "kube.apply"
    }.flatMap { $0["arguments"]?["objects"]?.array ?? [] }
    return Dictionary(uniqueKeysWithValues: objects.map { (title($0), sorted($0)) })
  }

  private static func title(_ object: Value) -> String {
    "\(object["kind"]?.string ?? "") \(object["metadata"]?["name"]?.string ?? "")"
  }

  /// The same value with the keys of its maps in order.
  static func sorted(_ value: Value) -> Value {
    switch value {
    case .map(let map): .map(ValueMap(uniqueKeysWithValues: map.mapValues(sorted).sorted { $0.key < $1.key }))
    case .array(let values): .array(values.map(sorted))
    default: value
    }
  }

  @Test func theObjectsAreTheDocumentsFieldByField() async throws {
    let bench = try await Self.installed()
    for (step, files) in [
      ("device-plugin", ["config-map-dpdk.yaml", "sriovdp-daemonset.yaml"]), ("networks", ["multus-sriov-dpdk.yaml"]),
      ("router", ["vsr.yaml"]),
    ] {
      let applied = try Self.applied(bench, step: step)
      let documents = try files.flatMap { try YAML.read(Self.documented($0), file: $0).map(\.value) }
      #expect(applied.count == documents.count, "\(step): \(applied.keys.sorted())")
      for document in documents {
        let object = try #require(applied[Self.title(document)], "\(step): no \(Self.title(document))")
        #expect(object.json == Self.sorted(document).json, "\(Self.title(document))")
      }
    }
  }

  @Test func theFilesAreTheDocuments() async throws {
    let bench = try await Self.installed()
    for (path, name) in [
      ("/etc/systemd/system/kubelet.service.d/10-kubeadm.conf", "10-kubeadm.conf"),
      ("/etc/systemd/system/containerd.service.d/override.conf", "override.conf"),
      ("/etc/modules-load.d/containerd.conf", "containerd.conf"),
      ("/etc/sysctl.d/99-kubernetes-cri.conf", "99-kubernetes-cri.conf"),
    ] {
      #expect(try bench.model.read(path) == Self.documented(name), "\(path)")
    }
    let settings = String(decoding: try bench.model.read("/etc/docker/daemon.json"), as: UTF8.self)
    #expect(try Value(json: settings) == Value(json: String(decoding: Self.documented("daemon.json"), as: UTF8.self)))
  }

  @Test func theRunEndsWithTheCommandsToConnect() async throws {
    let bench = try await Self.installed()
    let pod = try #require(bench.history.steps["pod-ready"]?.value["name"]?.string)
    #expect(pod.hasPrefix("vsr-"))
    #expect(bench.notes.suffix(2) == ["kubectl describe pod \(pod)", "kubectl exec \(pod) -it -- login"])
  }
}
