import Testing
import Values

@testable import Primitives

/// Undo does not bring a former process back: a restart comes after all else was brought back.
struct SystemdRestartTests {
  private let edit: Value = [
    "unit": "containerd.service", "drop_in": "override.conf",
    "content": "[Service]\nLimitNOFILE=1000\nLimitMEMLOCK=4194304\n",
  ]
  private let restart: Value = ["unit": "containerd.service", "limits": ["LimitMEMLOCK": 4_194_304]]

  private func edited() async throws -> EffectBench {
    let bench = try EffectBench(.prepared)
    try await bench.perform(SystemdEdit.self, edit)
    try await bench.perform(SystemdReload.self, ["containerd.service"])
    return bench
  }

  @Test func aProcessOlderThanItsFiles() async throws {
    let bench = try await edited()
    #expect(try await bench.perform(SystemdRestart.self, restart) == .changed)
    bench.beginRun()
    #expect(try await bench.perform(SystemdRestart.self, restart) == .held)
    #expect(try await bench.perform(SystemdRestart.self, ["unit": "containerd.service"]) == .held)
  }

  @Test func aProcessThatStartedAfterTheFilesHolds() async throws {
    #expect(try await EffectBench(.prepared).perform(SystemdRestart.self, ["unit": "containerd.service"]) == .held)
  }

  @Test func aFurtherFileCounts() async throws {
    let bench = try EffectBench(.prepared)
    let call: Value = ["unit": "containerd.service", "files": ["/etc/containerd/config.toml"]]
    #expect(try await bench.perform(SystemdRestart.self, call) == .held)
    try await bench.perform(FileWrite.self, ["path": "/etc/containerd/config.toml", "content": "x"])
    #expect(try await bench.perform(SystemdRestart.self, call) == .changed)
  }

  @Test(arguments: ["kill", "kill-after"])
  func cutOff(outcome: String) async throws {
    let bench = try await edited()
    try bench.fault("restart=\(outcome)")
    #expect(await complaint { try await bench.perform(SystemdRestart.self, restart) } != "")
    bench.revive()
    #expect(try await bench.perform(SystemdRestart.self, restart) == .changed)
  }

  @Test func afterARollbackTheProcessHasTheFormerSettings() async throws {
    let bench = try await edited()
    try await bench.perform(SystemdRestart.self, restart)
    let former = try await bench.host.unit("containerd.service").mainPID
    #expect(try await bench.undo() == [])
    let pid = try await bench.host.unit("containerd.service").mainPID
    let limits = try ProcessLimits.of(pid, bench.host)
    // A removed drop-in leaves its time only in the directory that it stood in.
    #expect(pid != former)
    #expect(!limits.shows(["LimitMEMLOCK": 4_194_304]))
  }

  @Test func whatARemovedFileLeavesIsATimeAboveIt() throws {
    let restart = SystemdRestart()
    let before = state(started: 10, changed: 5)
    #expect(restart.isUndone(state(started: 20, changed: 5, removed: 15), before: before))
    #expect(!restart.isUndone(state(started: 20, changed: 5, removed: 25), before: before))
    #expect(!restart.isUndone(state(started: 20, changed: 21), before: before))
    #expect(
      !restart.isUndone(state(started: 20, changed: 5), before: state(active: "inactive", started: 0, changed: 5)))
    #expect(restart.isUndone(state(load: "not-found", active: "inactive", started: 0, changed: 0), before: before))
  }

  private func state(
    load: String = "loaded", active: String = "active", started: Int, changed: Int, removed: Int = 0
  ) -> SystemdRestart.State {
    .init(
      load: load, active: active, sub: "running", started: started, changed: changed, removed: removed,
      showsLimits: false,
      willStart: false)
  }

  @Test func theMachineIsTheJudge() {
    let restart = SystemdRestart()
    #expect(restart.holds(state(started: 10, changed: 10)))
    #expect(!restart.holds(state(started: 9, changed: 10)))
    #expect(restart.holds(state(active: "activating", started: 11, changed: 10)), "kubelet before kubeadm init")
    #expect(!restart.holds(state(active: "failed", started: 11, changed: 10)))
    var limits = state(started: 9, changed: 10)
    limits.showsLimits = true
    #expect(restart.holds(limits))
  }

  @Test func aTimeThatLiesAheadSaysNothing() async throws {
    let bench = try EffectBench(
      yaml:
        "units: {a.service: {fragment: \"[Service]\\nExecStart=/a\\n\"}}\nfiles: {/etc/a.conf: {content: x, modified: 4102444800000000}}"
    )
    let call: Value = ["unit": "a.service", "files": ["/etc/a.conf"]]
    #expect(try await bench.perform(SystemdRestart.self, call) == .held)
  }

  @Test func atBootAUnitThatHasNotStartedHolds() async throws {
    let bench = try EffectBench(
      yaml: "units: {a.service: {state: inactive, fragment: \"[Service]\\nExecStart=/a\\n\"}}")
    bench.isBooting = true
    #expect(try await bench.perform(SystemdRestart.self, ["unit": "a.service"]) == .held)
    bench.isBooting = false
    #expect(try await bench.perform(SystemdRestart.self, ["unit": "a.service"]) == .changed)
    #expect(try await bench.undo() == [])
    #expect(try await bench.ask(SystemdUnit.self, ["unit": "a.service"])["active"] == "inactive")
  }

  @Test func oneThatFailsAfterItsRestart() async throws {
    let bench = try EffectBench(
      yaml: "units: {a.service: {state: inactive, fails: oops, fragment: \"[Service]\\nExecStart=/a\\n\"}}")
    let text = await complaint { try await bench.perform(SystemdRestart.self, ["unit": "a.service"]) }
    #expect(text == "a.service is failed (failed) after the restart; `journalctl -u a.service -e` says why")
  }

  @Test func aUnitThatIsNotThere() async throws {
    let bench = try EffectBench(.prepared)
    let text = await complaint { try await bench.perform(SystemdRestart.self, ["unit": "docker.service"]) }
    #expect(text == "docker.service is not-found; is the package that brings it installed?")
    #expect(try await bench.undo() == [])
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: SystemdRestart.self, ["unit": "a.service", "limits": ["LimitX": 1]])
        .contains("argument 'limits': 'LimitX': expected LimitNOFILE, LimitMEMLOCK"))
    #expect(
      complaint(of: SystemdRestart.self, ["unit": "a.service", "files": ["etc"]])
        == "systemd.restart: argument 'files': element 1: expected absolute path, got \"etc\"")
  }
}
