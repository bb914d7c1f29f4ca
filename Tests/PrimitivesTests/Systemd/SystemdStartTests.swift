import Testing
import Values

@testable import Primitives

struct SystemdStartTests {
  private static let off = "units: {app.service: {state: inactive, fragment: \"[Service]\\nExecStart=/bin/a\\n\"%}}"
  private func bench(_ more: String = "") throws -> EffectBench {
    let parts = Self.off.split(separator: "%")
    return try EffectBench(yaml: parts[0] + more + parts[1])
  }

  @Test func anInactiveUnit() async throws {
    try await checkWholeLife(of: SystemdStart.self, "app.service", on: try bench().original)
  }

  @Test func oneThatRestartsOverAndOverCountsAsStarted() async throws {
    #expect(try await EffectBench(.prepared).perform(SystemdStart.self, "kubelet.service") == .held)
  }

  @Test func oneThatFails() async throws {
    let bench = try bench(", fails: no configuration")
    let text = await complaint { try await bench.perform(SystemdStart.self, "app.service") }
    #expect(text == "app.service did not stay active; `journalctl -u app.service -e` says why")
    #expect(try await bench.undo() == [])
  }

  @Test func stoppedByAnotherHandNothingIsLeftToUndo() async throws {
    let bench = try bench()
    try await bench.perform(SystemdStart.self, "app.service")
    try await bench.host.unitJob(.stop, "app.service")
    #expect(try await bench.undo() == [])
  }

  @Test func oneThatIsNotThere() async throws {
    let bench = try EffectBench(.prepared)
    #expect(await complaint { try await bench.perform(SystemdStart.self, "nosuch.service") }.contains("nosuch.service"))
  }
}
