import Testing

@testable import Engine
@testable import Primitives

struct AptPackageTests {
  @Test func tellsWhatIsInstalledAndOnOffer() async throws {
    let bench = try AptBench.bench("  installed: {kubeadm: {version: 1.24.0-00, auto: true, held: true}}")
    #expect(
      try await bench.ask(AptPackage.self, "kubeadm") == [
        "name": "kubeadm", "state": "installed", "versions": ["1.25.3-1.1", "1.24.0-00", "1.23.17-00"], "held": true,
        "auto": true, "installed": "1.24.0-00", "candidate": "1.25.3-1.1",
      ])
    #expect(
      try await bench.ask(AptPackage.self, "nowhere") == [
        "name": "nowhere", "state": "absent", "versions": [], "held": false, "auto": false,
      ])
  }
}
