import MachineModel
import Testing

@testable import Engine
@testable import Primitives

struct AptHoldTests {
  private static let installed =
    "  installed: {kubeadm: 1.24.0-00, kubectl: {version: 1.24.0-00, held: true}, kubelet: 1.24.0-00}"

  @Test func wholeLife() async throws {
    try await checkWholeLife(
      of: AptHold.self, ["kubeadm", "kubectl", "kubelet"], on: try AptBench.machine(Self.installed))
  }

  @Test func whatWasHeldBeforeStaysHeld() async throws {
    let bench = try AptBench.bench(Self.installed)
    try await bench.perform(AptHold.self, ["kubeadm", "kubectl"])
    #expect(try await bench.undo() == [])
    #expect(try await bench.ask(AptPackage.self, "kubeadm")["held"] == false)
    #expect(try await bench.ask(AptPackage.self, "kubectl")["held"] == true)
  }

  @Test func anUnknownPackageIsTold() async throws {
    let bench = try AptBench.bench()
    let words = await complaint { try await bench.perform(AptHold.self, ["nowhere"]) }
    #expect(words == "apt-mark hold nowhere: Unable to locate package nowhere")
  }

  @Test func theLockIsWaitedFor() async throws {
    let bench = try AptBench.bench(Self.installed + "\n  lock: {pid: 4711, seconds: 30}")
    #expect(try await bench.perform(AptHold.self, ["kubeadm"]) == .changed)
  }
}
