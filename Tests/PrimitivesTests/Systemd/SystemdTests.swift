import Testing
import Values

@testable import Primitives

struct SystemdEditTests {
  private let call: Value = [
    "unit": "containerd.service", "drop_in": "override.conf", "content": "[Service]\nLimitMEMLOCK=4194304\n",
  ]

  @Test func aDropInWithItsFolder() async throws {
    try await checkWholeLife(of: SystemdEdit.self, call, on: try Example.reference.machine())
  }

  @Test func aUnitFile() async throws {
    try await checkWholeLife(
      of: SystemdEdit.self, ["unit": "vsr.service", "content": "[Service]\nExecStart=/bin/true\n"],
      on: try Example.reference.machine())
  }

  @Test func aMaskIsNotWrittenThrough() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/systemd/system/a.service: {link: /dev/null}}")
    let text = await complaint { try await bench.perform(SystemdEdit.self, ["unit": "a.service", "content": ""]) }
    #expect(text.contains("/etc/systemd/system/a.service is a link"))
  }

  @Test func whatAnotherHandWroteSinceStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(SystemdEdit.self, call)
    try bench.put("/etc/systemd/system/containerd.service.d/override.conf", "# mine\n")
    #expect(try await bench.undo().first?.contains("another hand") == true)
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: SystemdEdit.self, ["unit": "containerd", "content": ""])
        == "systemd.edit: argument 'unit': expected unit name such as \"containerd.service\", got \"containerd\"; did you mean \"containerd.service\"?"
    )
    for name in ["override", "../a.conf", ".conf"] {
      #expect(complaint(of: SystemdEdit.self, ["unit": "a.service", "content": "", "drop_in": .string(name)]).contains("argument 'drop_in'"))
    }
  }
}

struct SystemdEnableTests {
  private static let off = "units: {app.service: {enabled: false, state: inactive, fragment: \"[Service]\\nExecStart=/bin/a\\n[Install]\\nWantedBy=multi-user.target\\n\"}}"

  @Test func aDisabledUnit() async throws {
    try await checkWholeLife(of: SystemdEnable.self, "app.service", on: try EffectBench(yaml: Self.off).original)
  }

  @Test func enabledAndStaticHold() async throws {
    let bench = try EffectBench(yaml: "units: {s.service: {fragment: \"[Service]\\nExecStart=/bin/a\\n\"}}")
    #expect(try await bench.perform(SystemdEnable.self, "s.service") == .held)
    #expect(try await EffectBench(.reference).perform(SystemdEnable.self, "containerd.service") == .held)
  }

  @Test func untilTheNextBootIsNotEnough() {
    #expect(!SystemdEnable().holds(.init(unitFileState: "enabled-runtime")))
    #expect(!SystemdEnable().holds(.init(unitFileState: "disabled")))
  }

  @Test func aMaskedOneAndOneThatIsNotThere() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/systemd/system/a.service: {link: /dev/null}}")
    #expect(
      await complaint { try await bench.perform(SystemdEnable.self, "a.service") }
        == "a.service is masked; `systemctl unmask a.service` if that is not meant")
    #expect(await complaint { try await bench.perform(SystemdEnable.self, "b.service") }.contains("there is no unit file of b.service"))
    #expect(try await bench.undo() == [])
  }
}

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
    #expect(try await EffectBench(.reference).perform(SystemdStart.self, "kubelet.service") == .held)
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
    let bench = try EffectBench(.reference)
    #expect(await complaint { try await bench.perform(SystemdStart.self, "nosuch.service") }.contains("nosuch.service"))
  }
}

/// Undo does not bring a former state back: it has systemd read the files that the rollback brought back.
struct SystemdReloadTests {
  @Test func unitsWhoseFilesAreNewer() async throws {
    let bench = try EffectBench(.reference)
    #expect(try await bench.perform(SystemdReload.self, ["containerd.service"]) == .held)
    let edit: Value = ["unit": "containerd.service", "drop_in": "a.conf", "content": "[Service]\nLimitNOFILE=7\n"]
    try await bench.perform(SystemdEdit.self, edit)
    #expect(try await bench.perform(SystemdReload.self, ["containerd.service"]) == .changed)
    #expect(try await bench.ask(SystemdUnit.self, ["unit": "containerd.service", "properties": ["LimitNOFILE"]])["properties"]
      == ["LimitNOFILE": 7])
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
    #expect(try await bench.ask(SystemdUnit.self, ["unit": "containerd.service"])["needs_reload"] == false)
  }

  @Test(arguments: ["kill", "kill-after", "EIO"])
  func cutOff(outcome: String) async throws {
    let bench = try EffectBench(.reference)
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

/// Undo does not bring a former process back: a restart comes after all else was brought back.
struct SystemdRestartTests {
  private let edit: Value = [
    "unit": "containerd.service", "drop_in": "override.conf", "content": "[Service]\nLimitNOFILE=1000\nLimitMEMLOCK=4194304\n",
  ]
  private let restart: Value = ["unit": "containerd.service", "limits": ["LimitMEMLOCK": 4_194_304]]

  private func edited() async throws -> EffectBench {
    let bench = try EffectBench(.reference)
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
    #expect(try await EffectBench(.reference).perform(SystemdRestart.self, ["unit": "containerd.service"]) == .held)
  }

  @Test func aFurtherFileCounts() async throws {
    let bench = try EffectBench(.reference)
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
    // A removed drop-in leaves its time only in the directory that it stood in.
    withKnownIssue("the model does not tell when a directory changed", isIntermittent: true) {
      #expect(pid != former)
      #expect(try !ProcessLimits.of(pid, bench.host).shows(["LimitMEMLOCK": 4_194_304]))
    }
  }

  @Test func whatARemovedFileLeavesIsATimeAboveIt() throws {
    let restart = SystemdRestart()
    let before = state(started: 10, changed: 5)
    #expect(restart.isUndone(state(started: 20, changed: 5, removed: 15), before: before))
    #expect(!restart.isUndone(state(started: 20, changed: 5, removed: 25), before: before))
    #expect(!restart.isUndone(state(started: 20, changed: 21), before: before))
    #expect(!restart.isUndone(state(started: 20, changed: 5), before: state(active: "inactive", started: 0, changed: 5)))
    #expect(restart.isUndone(state(load: "not-found", active: "inactive", started: 0, changed: 0), before: before))
  }

  private func state(
    load: String = "loaded", active: String = "active", started: Int, changed: Int, removed: Int = 0
  ) -> SystemdRestart.State {
    .init(
      load: load, active: active, sub: "running", started: started, changed: changed, removed: removed, showsLimits: false,
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
    let bench = try EffectBench(yaml: "units: {a.service: {fragment: \"[Service]\\nExecStart=/a\\n\"}}\nfiles: {/etc/a.conf: {content: x, modified: 4102444800000000}}")
    let call: Value = ["unit": "a.service", "files": ["/etc/a.conf"]]
    #expect(try await bench.perform(SystemdRestart.self, call) == .held)
  }

  @Test func atBootAUnitThatHasNotStartedHolds() async throws {
    let bench = try EffectBench(yaml: "units: {a.service: {state: inactive, fragment: \"[Service]\\nExecStart=/a\\n\"}}")
    bench.isBooting = true
    #expect(try await bench.perform(SystemdRestart.self, ["unit": "a.service"]) == .held)
    bench.isBooting = false
    #expect(try await bench.perform(SystemdRestart.self, ["unit": "a.service"]) == .changed)
    #expect(try await bench.undo() == [])
    #expect(try await bench.ask(SystemdUnit.self, ["unit": "a.service"])["active"] == "inactive")
  }

  @Test func oneThatFailsAfterItsRestart() async throws {
    let bench = try EffectBench(yaml: "units: {a.service: {state: inactive, fails: oops, fragment: \"[Service]\\nExecStart=/a\\n\"}}")
    let text = await complaint { try await bench.perform(SystemdRestart.self, ["unit": "a.service"]) }
    #expect(text == "a.service is failed (failed) after the restart; `journalctl -u a.service -e` says why")
  }

  @Test func aUnitThatIsNotThere() async throws {
    let bench = try EffectBench(.reference)
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

struct SystemdUnitTests {
  @Test func presentAndAbsent() async throws {
    let bench = try EffectBench(.reference)
    let unit = try await bench.ask(
      SystemdUnit.self, ["unit": "containerd.service", "properties": ["LimitCORE", "NoSuchProperty"]])
    #expect(unit["load"] == "loaded" && unit["active"] == "active" && unit["enabled"] == "enabled")
    #expect(unit["properties"] == ["LimitCORE": "infinity"])
    let absent = try await bench.ask(SystemdUnit.self, ["unit": "nosuch.service"])
    #expect(absent["load"] == "not-found" && absent["main_pid"] == 0 && absent["drop_ins"] == [])
  }
}

struct UnitNameTests {
  @Test(arguments: ["a.service", "foo@1.service", "dev-disk-by\\x2duuid.swap", "-.mount"])
  func isRead(text: String) throws { #expect(try UnitName(argument: .string(text)).text == text) }

  @Test(arguments: ["", "a", ".service", "a.servce", "a/b.service", "a b.service", "a\0.service"])
  func isRefused(text: String) {
    #expect(throws: ArgumentProblem.self) { try UnitName(argument: .string(text)) }
  }
}
