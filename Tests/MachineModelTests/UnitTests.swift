import Host
import Testing
import Values

@testable import MachineModel

/// systemd: what it has read, what runs, and what happens at a job.
struct UnitTests {
  private let dropIn = "/etc/systemd/system/containerd.service.d/override.conf"

  private func hostWithDropIn(_ text: String = "[Service]\nLimitMEMLOCK=4194304\nLimitNOFILE=1048576\n") throws
    -> ModelHost
  {
    let host = try Example.prepared.host()
    try host.makeDirectory("/etc/systemd/system/containerd.service.d", mode: 0o755)
    try host.put(dropIn, text)
    return host
  }

  private func limits(_ host: ModelHost, _ unit: String) async throws -> String {
    try host.text("/proc/\(try await host.unit(unit).mainPID)/limits") ?? ""
  }

  @Test func anOrdinaryServiceIsLoadedAndRuns() async throws {
    let host = try Example.prepared.host()
    let unit = try await host.unit(
      "containerd.service", properties: ["LimitNOFILE", "LimitMEMLOCK", "Type", "Nonsense"])
    #expect(unit.loadState == "loaded")
    #expect(unit.activeState == "active")
    #expect(unit.subState == "running")
    #expect(unit.unitFileState == "enabled")
    #expect(unit.fragmentPath == "/lib/systemd/system/containerd.service")
    #expect(unit.dropInPaths == [])
    #expect(!unit.needDaemonReload)
    #expect(unit.mainPID > 0)
    #expect(unit.properties == ["LimitNOFILE": "infinity", "LimitMEMLOCK": 65536, "Type": "notify"])
    #expect(try host.text("/proc/\(unit.mainPID)/comm") == "containerd")
  }

  @Test func aChangeToTheFilesIsSeenAfterAReload() async throws {
    let host = try hostWithDropIn()
    var unit = try await host.unit("containerd.service", properties: ["LimitMEMLOCK"])
    #expect(unit.needDaemonReload)
    #expect(unit.properties["LimitMEMLOCK"] == 65536)
    try await host.reloadUnits()
    unit = try await host.unit("containerd.service", properties: ["LimitMEMLOCK", "LimitMEMLOCKSoft"])
    #expect(!unit.needDaemonReload)
    #expect(unit.dropInPaths == [dropIn])
    #expect(unit.properties == ["LimitMEMLOCK": 4_194_304, "LimitMEMLOCKSoft": 4_194_304])
    // Rewritten, vanished, and put in front of the packaged file.
    try host.put(dropIn, "[Service]\nLimitMEMLOCK=1\n")
    #expect(try await host.unit("containerd.service").needDaemonReload)
    try await host.reloadUnits()
    try host.remove(dropIn)
    #expect(try await host.unit("containerd.service").needDaemonReload)
    try await host.reloadUnits()
    try host.put("/etc/systemd/system/containerd.service", "[Service]\nExecStart=/opt/containerd\n")
    #expect(try await host.unit("containerd.service").needDaemonReload)
    try await host.reloadUnits()
    #expect(try await host.unit("containerd.service").fragmentPath == "/etc/systemd/system/containerd.service")
  }

  @Test func aRestartTakesTheLoadedSettingsIntoTheProcess() async throws {
    let host = try hostWithDropIn()
    let before = try await host.unit("containerd.service")
    try await host.unitJob(.restart, "containerd.service")
    #expect(
      try await limits(host, "containerd.service").contains(
        "Max locked memory         65536                65536                bytes"))
    try await host.reloadUnits()
    #expect(try await limits(host, "containerd.service").contains("Max locked memory         65536"))
    try await host.unitJob(.restart, "containerd.service")
    let after = try await host.unit("containerd.service")
    #expect(
      try await limits(host, "containerd.service").contains(
        "Max locked memory         4194304              4194304              bytes"))
    #expect(
      try await limits(host, "containerd.service").contains(
        "Max open files            1048576              1048576              files"))
    #expect(after.mainStarted > before.mainStarted)
    #expect(after.mainPID != before.mainPID)
    #expect(try host.status("/proc/\(before.mainPID)") == nil)
    let modified = try #require(try host.status(dropIn)?.modified)
    #expect(before.mainStarted < modified)
    #expect(after.mainStarted > modified)
  }

  @Test func startingWhatRunsDoesNothing() async throws {
    let host = try Example.prepared.host()
    let before = try await host.unit("ssh.service").mainPID
    try await host.unitJob(.start, "ssh.service")
    #expect(try await host.unit("ssh.service").mainPID == before)
    try await host.unitJob(.stop, "ssh.service")
    #expect(try await host.unit("ssh.service").activeState == "inactive")
    #expect(try await host.unit("ssh.service").mainPID == 0)
    try await host.unitJob(.start, "ssh.service")
    #expect(try await host.unit("ssh.service").activeState == "active")
  }

  @Test func textsAreReadAsSystemdReadsThem() {
    let text = UnitText(
      """
      [Service]
      # a comment
      ExecStart=/bin/a
      ExecStart=
      ExecStart=/bin/b "two words" \\
        # within a continued line
        more
      Environment="A=1 2" B=3
      Environment=C=4
      LimitNOFILE=1024:4096
      LimitMEMLOCK=infinity
      LimitSTACK=8M
      LimitNOFILE=
      """)
    #expect(text.list("Service", "ExecStart").map(UnitText.words) == [["/bin/b", "two words", "more"]])
    #expect(text.list("Service", "Environment").flatMap(UnitText.words) == ["A=1 2", "B=3", "C=4"])
    #expect(ResourceLimit.limit("LimitNOFILE", text) == ResourceLimit(soft: 1024, hard: 524_288))
    #expect(ResourceLimit.limit("LimitMEMLOCK", text) == ResourceLimit(soft: .max, hard: .max))
    #expect(ResourceLimit.limit("LimitSTACK", text)?.hard == 8 << 20)
    #expect(ResourceLimit("1024:4096") == ResourceLimit(soft: 1024, hard: 4096))
    #expect(ResourceLimit("lots") == nil)
  }

  @Test func theKubeletFailsUntilItIsConfigured() async throws {
    let host = try Example.prepared.host()
    var unit = try await host.unit("kubelet.service")
    #expect((unit.activeState, unit.subState, unit.mainPID) == ("activating", "auto-restart", 0))
    // A simple service that is restarted always: the job is done all the same.
    try await host.unitJob(.restart, "kubelet.service")
    #expect(try await host.unit("kubelet.service").activeState == "activating")
    try host.makeDirectory("/var/lib/kubelet", mode: 0o755)
    try host.put("/var/lib/kubelet/config.yaml", "kind: KubeletConfiguration\n")
    try await host.unitJob(.restart, "kubelet.service")
    #expect(try await host.unit("kubelet.service").activeState == "activating", "swap is on")
    try host.swapOff("/swap.img")
    try await host.unitJob(.restart, "kubelet.service")
    unit = try await host.unit("kubelet.service")
    #expect(unit.activeState == "active")
    #expect(unit.mainPID > 0)
  }

  @Test func aUnitThatFailsEndsItsJob() async throws {
    let host = try ModelHost(
      yaml: """
        machine: m
        units:
          a.service: {fails: "exit status 1", state: inactive, fragment: "[Service]\\nType=notify\\nExecStart=/bin/a\\n"}
        """)
    do {
      try await host.unitJob(.start, "a.service")
      Issue.record("it started")
    } catch {
      #expect(error.description.contains("cannot start a.service: job result failed: exit status 1"))
    }
    let unit = try await host.unit("a.service", properties: ["Result"])
    #expect((unit.activeState, unit.properties["Result"]) == ("failed", "exit-code"))
  }

  @Test func unknownAndMaskedUnitsAreRefused() async throws {
    let host = try Example.prepared.host()
    #expect(try await host.unit("nothing.service").loadState == "not-found")
    #expect(try await host.unit("nothing.service").unitFileState == "")
    for job in [UnitJob.start, .stop, .restart] {
      await #expect(throws: HostError.self) { try await host.unitJob(job, "nothing.service") }
    }
    try host.makeLink("/etc/systemd/system/cron.service", to: "/dev/null")
    #expect(try await host.unit("cron.service").unitFileState == "masked")
    try await host.reloadUnits()
    #expect(try await host.unit("cron.service").loadState == "masked")
    await #expect(throws: HostError.self) { try await host.unitJob(.restart, "cron.service") }
    // It still runs, and can be stopped.
    #expect(try await host.unit("cron.service").activeState == "active")
    try await host.unitJob(.stop, "cron.service")
    #expect(try await host.unit("cron.service").activeState == "inactive")
  }

  @Test func enablingMakesTheLinksThatInstallAsksFor() async throws {
    let host = try Example.prepared.host()
    let path = "/etc/systemd/system/vsrrun-boot.service"
    try host.put(
      path,
      "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/vsrrun boot\n[Install]\nWantedBy=multi-user.target\n"
    )
    #expect(try await host.unit("vsrrun-boot.service").unitFileState == "disabled")
    let before = host.machine.files
    try await host.setEnabled("vsrrun-boot.service", true)
    #expect(try host.readLink("/etc/systemd/system/multi-user.target.wants/vsrrun-boot.service") == path)
    #expect(try await host.unit("vsrrun-boot.service").unitFileState == "enabled")
    #expect(try await host.unit("vsrrun-boot.service").activeState == "inactive")
    try await host.reboot()
    #expect(try await host.unit("vsrrun-boot.service").subState == "exited")
    try await host.setEnabled("vsrrun-boot.service", false)
    #expect(host.machine.files == before)
    try await host.reboot()
    #expect(try await host.unit("vsrrun-boot.service").activeState == "inactive")
    await #expect(throws: HostError.self) { try await host.setEnabled("systemd-sysctl.service", true) }
    await #expect(throws: HostError.self) { try await host.setEnabled("nothing.service", true) }
  }

  @Test func aRebootStartsWhatIsEnabledWithItsFilesAsTheyAre() async throws {
    let host = try hostWithDropIn()
    let before = try await host.unit("containerd.service").mainStarted
    try await host.reboot()
    let unit = try await host.unit("containerd.service", properties: ["LimitMEMLOCK"])
    #expect(unit.mainStarted > before)
    #expect(unit.properties["LimitMEMLOCK"] == 4_194_304)
    #expect(!unit.needDaemonReload)
    try await host.setEnabled("ssh.service", false)
    try await host.setEnabled("containerd.service", false)
    try await host.reboot()
    #expect(try await host.unit("containerd.service").activeState == "inactive")
  }

  @Test func twoOfSystemdsOwnUnitsDoTheirWork() async throws {
    let host = try Example.prepared.host()
    try host.put("/etc/modules-load.d/k8s.conf", "br_netfilter\n")
    try await host.unitJob(.restart, "systemd-modules-load.service")
    #expect(host.machine.modules.isPresent("br_netfilter"))
    try host.put("/etc/sysctl.d/99-k8s.conf", "net.bridge.bridge-nf-call-iptables = 0\n")
    try await host.unitJob(.restart, "systemd-sysctl.service")
    #expect(try host.text("/proc/sys/net/bridge/bridge-nf-call-iptables") == "0")
    #expect(try await host.unit("systemd-sysctl.service").subState == "exited")
  }

  @Test func theCommandLineOfAServiceIsShown() async throws {
    let host = try Example.prepared.host()
    let unit = try await host.unit(
      "kubelet.service", properties: ["ExecStart", "Environment", "EnvironmentFiles", "Restart"])
    #expect(unit.properties["ExecStart"]?.array?.first?.array?.first == "/usr/bin/kubelet")
    #expect(unit.properties["Restart"] == "always")
    #expect(unit.properties["EnvironmentFiles"] == [])
  }
}
