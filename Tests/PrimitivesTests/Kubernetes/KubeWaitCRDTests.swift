import Testing
import Values

@testable import Primitives

struct KubeWaitCRDTests {
  private let name = "network-attachment-definitions.k8s.cni.cncf.io"

  @Test(arguments: ["1.20.2", "1.24.0", "1.30.1"]) func aKindThatIsServedSoon(version: String) async throws {
    let bench = try await KubeBench.bench(version, Objects.definition)
    #expect(try await bench.ask(KubeWaitCRD.self, .string(name)) == true)
    #expect(bench.told == ["the API server has not taken it up yet"])
    #expect(try await bench.ask(KubeList.self, ["kind": "NetworkAttachmentDefinition"]) == [])
  }

  @Test func oneThatIsNotThere() async throws {
    let bench = try await KubeBench.bench()
    let began = bench.host.now
    #expect(
      await complaint { _ = try await bench.ask(KubeWaitCRD.self, ["name": .string(name), "timeout": 10]) }
        == "the CustomResourceDefinition \(name) is not established after 10 s: there is none of that name; apply it first; its name is PLURAL.GROUP"
    )
    #expect((10_000_000...20_000_000).contains(bench.host.now - began))
  }

  @Test func argumentsAreChecked() {
    #expect(complaint(of: KubeWaitCRD.self, "--all").contains("argument 'name'"))
    #expect(complaint(of: KubeWaitCRD.self, ["name": "a", "timeout": -1]).contains("argument 'timeout'"))
  }
}
