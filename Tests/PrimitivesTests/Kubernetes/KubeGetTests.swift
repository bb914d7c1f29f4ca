import Testing
import Values

@testable import Primitives

struct KubeGetTests {
  @Test(arguments: ["1.20.2", "1.24.0"]) func oneObject(version: String) async throws {
    let bench = try await KubeBench.bench(version, Objects.map("a", ["k": "v"]))
    let map = try await bench.object("ConfigMap", "a")
    #expect(map["data"] == ["k": "v"])
    #expect(map["metadata", "managedFields"] == nil, "who owns what is nothing for scripts")
    #expect(try await bench.object("ConfigMap", "none") == nil)
    #expect(try await bench.object("Node", "node-1")["kind"] == "Node")
  }

  @Test func nothingOfASecretIsAnswered() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.secret("s"))
    #expect(try await bench.object("Secret", "s")["type"] == "Opaque")
    #expect(try await bench.object("Secret", "s")["data"] == nil)
    let list = try await bench.ask(KubeList.self, ["kind": "Secret", "namespace": "default"])
    #expect(list.array?.count == 1 && !list.json.contains("aHVudGVyMg"))
  }

  @Test func lists() async throws {
    let bench = try await KubeBench.bench("1.24.0", Objects.map("a", [:]), Objects.map("b", [:]))
    func names(_ more: ValueMap) async throws -> [String] {
      var call: ValueMap = ["kind": "ConfigMap", "namespace": "default"]
      call.merge(more) { $1 }
      return try await bench.ask(KubeList.self, .map(call)).array?.compactMap { $0["metadata", "name"]?.string } ?? []
    }
    #expect(try await names([:]) == ["a", "b", "kube-root-ca.crt"])
    #expect(try await names(["selector": "app=none"]) == [])
    #expect(try await names(["field_selector": "metadata.name=b"]) == ["b"])
    #expect(try await names(["namespace": nil]).contains("kubeadm-config"))
  }

  @Test func aKindThatIsNotKnown() async throws {
    let bench = try await KubeBench.bench()
    let text = await complaint { _ = try await bench.ask(KubeList.self, ["kind": "net-attach-def"]) }
    #expect(
      text
        == #"the API server does not know a kind (error: the server doesn't have a resource type "net-attach-def"); is its CustomResourceDefinition applied and established (kube.wait_crd)?"#
    )
  }

  @Test func argumentsThatCouldBeFlags() {
    #expect(
      complaint(of: KubeGet.self, ["kind": "--all", "name": "a"])
        == #"kube.get: argument 'kind': expected kind such as "DaemonSet", got "--all""#)
    for name in ["-A", "a b", "a/b", "..", ""] {
      #expect(
        complaint(of: KubeGet.self, ["kind": "Pod", "name": .string(name)]).contains("argument 'name'"), "\(name)")
    }
    #expect(complaint(of: KubeGet.self, ["kind": "Pod", "name": "a", "namespace": "A"]).contains("'namespace'"))
    #expect(complaint(of: KubeList.self, ["kind": "Pod", "namespace": "-n"]).contains("argument 'namespace'"))
  }
}
