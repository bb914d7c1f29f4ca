import CSystemd
import Glibc
import Host
import Testing
import Values

@testable import LiveHost

/// With the systemd of a machine or container that was booted with it.
@Suite(.serialized, .enabled(if: isRoot && access("/run/systemd/system", F_OK) == 0))
struct LiveSystemdTests {
  let host = LiveHost()

  /// Makes a unit for one test, and takes it away after it.
  private func withUnit(
    _ name: String, _ content: String, in folder: String = "/run/systemd/system", _ body: (String) async throws -> Void
  ) async throws {
    let path = "\(folder)/\(name)"
    try host.replace(path, with: Array(content.utf8), mode: 0o644, owner: .root)
    try await host.reloadUnits()
    do {
      try await body(path)
    } catch {
      Issue.record(error)
    }
    _ = try await host.run(Command(["systemctl", "stop", name]))
    _ = try await host.run(Command(["systemctl", "reset-failed", name]))
    _ = try await host.run(Command(["rm", "-rf", path, path + ".d"]))
    try await host.reloadUnits()
  }

  private let sleeper = """
    [Service]
    ExecStart=/bin/sleep infinity
    LimitMEMLOCK=67108864
    LimitNOFILE=infinity
    Environment=A=1 B=2
    [Install]
    WantedBy=multi-user.target
    """

  @Test func startsRestartsAndStopsAUnit() async throws {
    try await withUnit("vsrrun-test.service", sleeper) { path in
      let name = "vsrrun-test.service"
      let before = try await host.unit(name)
      #expect(before.loadState == "loaded" && before.activeState == "inactive" && before.subState == "dead")
      #expect(before.fragmentPath == path && before.mainPID == 0 && before.mainStarted == 0)

      try await host.unitJob(.start, name)
      let started = try await host.unit(name)
      #expect(started.activeState == "active" && started.subState == "running" && started.mainPID > 0)
      #expect(abs(started.mainStarted - host.now) < 10_000_000)
      try await host.unitJob(.start, name)
      #expect(try await host.unit(name).mainPID == started.mainPID)

      try await host.unitJob(.restart, name)
      let restarted = try await host.unit(name)
      #expect(restarted.mainStarted > started.mainStarted && restarted.mainPID != started.mainPID)

      try await host.unitJob(.stop, name)
      let stopped = try await host.unit(name)
      #expect(stopped.mainPID == 0 && stopped.activeState != "active")
    }
  }

  @Test func readsPropertiesOfTheUnitAndOfItsType() async throws {
    try await withUnit("vsrrun-test.service", sleeper) { _ in
      let names = ["LimitMEMLOCK", "LimitNOFILE", "Environment", "Id", "CanStart", "NoSuchProperty", "ExecStart"]
      let properties = try await host.unit("vsrrun-test.service", properties: names).properties
      #expect(properties["LimitMEMLOCK"] == 67_108_864)
      #expect(properties["LimitNOFILE"] == "infinity")
      #expect(properties["Environment"] == ["A=1", "B=2"])
      #expect(properties["Id"] == "vsrrun-test.service")
      #expect(properties["CanStart"] == true)
      #expect(properties["NoSuchProperty"] == nil)
      #expect(properties["ExecStart"]?.array?.first?.array?.first == "/bin/sleep")
    }
  }

  @Test func knowsTheMachineByTheIdentifierThatSystemdGaveIt() throws {
    #expect(try host.machineID.count == 32)
  }

  @Test func knowsTheOtherTypes() async throws {
    #expect(try await host.unit("dbus.socket", properties: ["Listen"]).properties["Listen"]?.array?.isEmpty == false)
    #expect(try await host.unit("multi-user.target").loadState == "loaded")
    #expect(try await host.unit("-.mount", properties: ["Where"]).properties["Where"] == "/")
  }

  @Test func seesThatAReloadIsNeeded() async throws {
    try await withUnit("vsrrun-test.service", sleeper) { path in
      let name = "vsrrun-test.service"
      // One that is not started is forgotten by systemd, and read anew when it is asked for.
      try await host.unitJob(.start, name)
      #expect(try await !host.unit(name).needDaemonReload)
      try host.makeDirectory(path + ".d", mode: 0o755)
      try host.replace(
        path + ".d/memlock.conf", with: Array("[Service]\nLimitMEMLOCK=infinity\n".utf8), mode: 0o644, owner: .root)
      let changed = try await host.unit(name, properties: ["LimitMEMLOCK"])
      #expect(changed.needDaemonReload && changed.properties["LimitMEMLOCK"] == 67_108_864)
      try await host.reloadUnits()
      let reloaded = try await host.unit(name, properties: ["LimitMEMLOCK"])
      #expect(!reloaded.needDaemonReload && reloaded.properties["LimitMEMLOCK"] == "infinity")
      #expect(reloaded.dropInPaths == [path + ".d/memlock.conf"])
    }
  }

  @Test func knowsWhatIsNotFoundAndWhatIsMasked() async throws {
    let absent = try await host.unit("vsrrun-none.service")
    #expect(absent.loadState == "not-found" && absent.activeState == "inactive" && absent.fragmentPath == "")
    let error = await hostError { () throws(HostError) in try await host.unitJob(.start, "vsrrun-none.service") }
    #expect(
      error?.description
        == "cannot start vsrrun-none.service: Unit vsrrun-none.service not found. (org.freedesktop.systemd1.NoSuchUnit)"
    )

    let mask = "/run/systemd/system/vsrrun-masked.service"
    try host.makeLink(mask, to: "/dev/null")
    try await host.reloadUnits()
    #expect(try await host.unit("vsrrun-masked.service").loadState == "masked")
    let masked = await hostError { () throws(HostError) in try await host.unitJob(.start, "vsrrun-masked.service") }
    #expect(masked?.description.contains("is masked") == true)
    try host.remove(mask)
    try await host.reloadUnits()
  }

  @Test func tellsHowAStartFailed() async throws {
    let failing = "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'exit 7'\n"
    try await withUnit("vsrrun-test.service", failing) { _ in
      let error = await hostError { () throws(HostError) in try await host.unitJob(.start, "vsrrun-test.service") }
      #expect(
        error
          == HostError(
            "start", "vsrrun-test.service",
            .refused("the job ended with 'failed': Result=exit-code, ExecMainStatus=7"),
            hint: "`journalctl -u vsrrun-test.service -e` tells more"))
      let failed = try await host.unit("vsrrun-test.service")
      #expect(failed.activeState == "failed")
    }
  }

  @Test func reachesSystemdAgainAfterTheConnectionBroke() async throws {
    #expect(try await host.unit("dbus.socket").loadState == "loaded")
    let bus = try #require(host.connection?.bus)
    #expect(shutdown(sd_bus_get_fd(bus), Int32(SHUT_RDWR)) == 0)
    #expect(try await host.unit("dbus.socket").loadState == "loaded")
    let job = await hostError { () throws(HostError) in try await host.unitJob(.start, "multi-user.target") }
    #expect(job == nil)
  }

  @Test func refusesANameThatIsNone() async throws {
    let error = await hostError { () throws(HostError) in try await host.unit("kubelet") }
    #expect(error?.description.contains("Unit name kubelet is not valid") == true)
  }

  @Test func enablesAndDisablesAUnit() async throws {
    try await withUnit("vsrrun-test.service", sleeper, in: "/etc/systemd/system") { _ in
      let name = "vsrrun-test.service"
      let link = "/etc/systemd/system/multi-user.target.wants/\(name)"
      #expect(try await host.unit(name).unitFileState == "disabled")
      for _ in 0..<2 {
        try await host.setEnabled(name, true)
        #expect(try await host.unit(name).unitFileState == "enabled")
        #expect(try host.readLink(link) == "/etc/systemd/system/\(name)")
      }
      try await host.setEnabled(name, false)
      #expect(try await host.unit(name).unitFileState == "disabled")
      #expect(try host.status(link) == nil)
    }
  }

  @Test func saysThatAUnitCannotBeEnabled() async throws {
    try await withUnit("vsrrun-test.service", "[Service]\nExecStart=/bin/true\n", in: "/etc/systemd/system") { _ in
      let error = await hostError { () throws(HostError) in try await host.setEnabled("vsrrun-test.service", true) }
      #expect(error?.description.contains("no [Install] section") == true)
    }
    let absent = await hostError { () throws(HostError) in try await host.setEnabled("vsrrun-none.service", true) }
    #expect(absent?.operation == "enable")
    #expect(absent?.description.contains("vsrrun-none.service") == true)
  }

  @Test func waitsOnlyUntilItIsCancelled() async throws {
    let slow = "[Service]\nType=oneshot\nExecStart=/bin/sleep 60\n"
    try await withUnit("vsrrun-test.service", slow) { _ in
      let task = Task.detached { () -> HostError? in
        let host = LiveHost()
        return await hostError { () throws(HostError) in try await host.unitJob(.start, "vsrrun-test.service") }
      }
      while try await host.unit("vsrrun-test.service").activeState != "activating" { usleep(10_000) }
      task.cancel()
      #expect(await task.value?.reason == .refused("interrupted"))
    }
  }

  @Test func aMachineThatRunsIsNotGoingDown() async {
    #expect(await !host.isGoingDown)
  }
}
