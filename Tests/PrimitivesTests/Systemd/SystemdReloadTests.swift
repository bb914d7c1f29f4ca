import Testing
import Values

@testable import Primitives

/// Undo does not bring a former state back: it has systemd read the files that the rollback brought back.
struct SystemdReloadTests {
  @Test func unitsWhoseFilesAreNewer() async throws {
    let bench = try EffectBench(.prepared)
    #expect(try await bench.perform(SystemdReload.self, ["containerd.service"]) == .held)
    let edit: Value = ["unit": "containerd.service", "drop_in": "a.conf", "content": "[Service]\nLimitNOFILE=7\n"]
    try await bench.perform(SystemdEdit.self, edit)
    #expect(try await bench.perform(SystemdReload.self, ["containerd.service"]) == .changed)
    #expect(
      try await bench.ask(SystemdUnit.self, ["unit": "containerd.service", "properties": ["LimitNOFILE"]])["properties"]
        == ["LimitNOFILE": 7])
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
    #expect(try await bench.ask(SystemdUnit.self, ["unit": "containerd.service"])["needs_reload"] == false)
  }

  @Test(arguments: ["kill", "kill-after", "EIO"])
  func cutOff(outcome: String) async throws {
    let bench = try EffectBench(.prepared)
    let edit: Value = ["unit": "containerd.service", "drop_in": "a.conf", "content": "[Service]\nLimitNOFILE=7\n"]
    try await bench.perform(SystemdEdit.self, edit)
    try bench.fault("reload=\(outcome)")
    #expect(await complaint { try await bench.perform(SystemdReload.self, ["containerd.service"]) } != "")
    bench.revive()
    #expect(try await bench.perform(SystemdReload.self, ["containerd.service"]) == .changed)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func badArgumentsAreNamed() throws {
    #expect(complaint(of: SystemdReload.self, ["units": []]).contains("expected one unit at least"))
    #expect(
      complaint(of: SystemdReload.self, ["a.service", "b"])
        == "systemd.reload: argument 'units': element 2: expected unit name such as \"containerd.service\", got \"b\"; did you mean \"b.service\"?"
    )
    #expect(SystemdReload().shortfall(.init(stale: ["a.service"]))?.hasPrefix("a.service still needs a reload") == true)
  }
}
