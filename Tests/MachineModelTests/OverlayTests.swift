import Host
import Testing

@testable import MachineModel

/// A model over another machine, which is read and never written. Here, the other machine is a model too.
struct OverlayTests {
  private func hosts(_ example: Example = .prepared) async throws -> (base: ModelHost, over: ModelHost) {
    let base = try example.host()
    try base.makeDirectory("/opt/site", mode: 0o750)
    try base.put("/opt/site/a", "1")
    try base.put("/opt/site/b", "2")
    try base.makeLink("/opt/link", to: "site")
    return (base, ModelHost(try await Machine.capture(from: base), base: base))
  }

  @Test func aRepositoryOfPackagesThatIsAFolderIsReadBeneath() async throws {
    let (base, over) = try await hosts()
    try base.put(
      "/opt/site/Packages",
      """
      Package: site-tool
      Version: 1.2
      Depends: nowhere | site-library (>= 1.0), libc6 (>= 2.3), what-others-provide
      Recommends: site-notes:any

      Package: site-library
      Version: 1.0

      Package: site-notes
      Version: 3

      """)
    try over.put("/etc/apt/sources.list.d/site.list", "deb [trusted=yes] file:///opt/site /\n")
    #expect(try await over.run("apt-get", "update").succeeded)
    #expect(try await over.run("apt-get", "-y", "install", "site-tool").succeeded)
    #expect(over.machine.packages.installed["site-tool"]?.version == "1.2")
    #expect(over.machine.packages.installed["site-library"] == InstalledPackage(version: "1.0", isAuto: true))
    #expect(over.machine.packages.installed["site-notes"]?.isAuto == true)
  }

  @Test func aRepositoryOfGitThatIsAFolderIsReadBeneath() async throws {
    let (base, over) = try await hosts()
    let commit = String(repeating: "a", count: 40)
    for folder in ["", "/.git", "/.git/refs", "/.git/refs/heads", "/.git/refs/tags", "/hack"] {
      try base.makeDirectory("/opt/site/d\(folder)", mode: 0o755)
    }
    for (path, text) in [
      (".git/HEAD", "ref: refs/heads/main"), (".git/refs/heads/main", commit), (".git/refs/tags/v1", commit),
      (".git/refs/tags/v0", String(repeating: "b", count: 40)), ("hack/build.sh", "x"), ("README", "y"),
    ] { try base.put("/opt/site/d/\(path)", text) }
    func git(_ words: String...) async throws -> CommandResult {
      try await over.run(Command(["git", "--git-dir=/src/d/.git", "--work-tree=/src/d"] + words))
    }
    #expect(try await over.run("git", "init", "--quiet", "/src/d").succeeded)
    #expect(
      try await git("fetch", "/opt/site/d", "+refs/tags/v0:refs/tags/v0").succeeded
        && over.machine.remote.artifacts["/opt/site/d"] == nil,
      "what is not checked out there cannot be read without git")
    #expect(try await git("fetch", "/opt/site/d", "+refs/tags/v1:refs/tags/v1").succeeded)
    #expect(try await git("checkout", "--quiet", "--detach", commit).succeeded)
    #expect(try over.text("/src/d/hack/build.sh") == "x")
    let error = await #expect(throws: HostError.self) {
      try await over.run(Command(["/src/d/hack/build.sh"], directory: "/src/d"))
    }
    #expect(error?.reason == .unmodelled, "what it makes is unknown")
  }

  /// Nobody knows what a mirror has that no description tells of: a plan does not end there.
  @Test func aMirrorMayHaveAnyVersion() async throws {
    let (_, over) = try await hosts()
    try over.put("/etc/apt/sources.list.d/site.list", "deb [trusted=yes] https://mirror.example/apt /\n")
    #expect(try await over.run("apt-get", "update").succeeded)
    #expect(try await over.run("apt-get", "-y", "install", "kubectl=1.20.2-00").succeeded)
  }

  @Test func filesThatTheModelDoesNotKnowAreReadBeneath() async throws {
    let (base, over) = try await hosts()
    let before = base.machine
    #expect(try over.text("/opt/link/a") == "1")
    #expect(try over.status("/opt/site")?.mode == 0o750)
    try over.put("/opt/link/a", "changed")
    try over.put("/opt/site/c", "3")
    #expect(try over.text("/opt/site/a") == "changed")
    #expect(try over.list("/opt/site") == ["a", "b", "c"])
    try over.remove("/opt/site/b")
    #expect(try over.status("/opt/site/b") == nil)
    #expect(try over.list("/opt/link") == ["a", "c"])
    try over.remove("/opt/site/a")
    try over.remove("/opt/site/c")
    try over.remove("/opt/site")
    #expect(try over.status("/opt/site") == nil)
    try over.makeDirectory("/opt/site", mode: 0o755)
    #expect(try over.list("/opt/site") == [])
    try over.setAttributes("/opt", mode: 0o700, owner: .root)
    #expect(try over.status("/opt")?.mode == 0o700)
    #expect(try over.list("/opt") == ["link", "site"])
    #expect(base.machine == before)
  }

  @Test func theFirmwareOfACardIsAskedForBeneath() async throws {
    let (base, over) = try await hosts(.connectX)
    let question = Command(["mstconfig", "-e", "-d", "0000:3b:00.0", "q"], isReadOnly: true)
    // The tool is not there; the run would install it.
    await #expect(throws: HostError("run", question.arguments.joined(separator: " "), .unmodelled)) {
      try await over.run(question)
    }
    _ = try await base.run("apt-get", "update")
    _ = try await base.run("apt-get", "install", "-y", "mstflint")
    #expect(String(decoding: try await over.run(question).output, as: UTF8.self).contains("NUM_OF_VFS"))
    let change = Command(["mstconfig", "-y", "-d", "0000:3b:00.0", "set", "NUM_OF_VFS=4"])
    do {
      _ = try await ModelHost(Machine.capture(from: base), base: base).run(change)
      Issue.record("the model knows the card")
    } catch {
      #expect(error.reason == .unmodelled)
    }
  }

  @Test func whatTheModelDecidesDoesNotShineThrough() async throws {
    let (base, over) = try await hosts()
    try await base.write("\(pf)/sriov_numvfs", "1")
    #expect(try over.status(vf) == nil)
    #expect(try over.text("\(pf)/sriov_numvfs") == "0")
    #expect(try over.list("/sys/class/net").contains("ens787f0v0") == false)
    try await over.write("\(pf)/sriov_numvfs", "2")
    #expect(try over.linkName("\(pf)/virtfn1") == "0000:81:10.2")
    #expect(try base.text("\(pf)/sriov_numvfs") == "1")
    try await over.write("\(pf)/driver/unbind", "0000:81:00.0")
    #expect(try over.linkName("\(pf)/driver") == nil)
  }

  @Test func aParameterOfTheMachineBeneathCanBeSet() async throws {
    let (base, over) = try await hosts()
    base.machine.sysctl["net/ipv4/tcp_syncookies"] = "1"
    #expect(try over.text("/proc/sys/net/ipv4/tcp_syncookies") == "1")
    try await over.write("/proc/sys/net/ipv4/tcp_syncookies", "2")
    #expect(try over.text("/proc/sys/net/ipv4/tcp_syncookies") == "2")
    #expect(try base.text("/proc/sys/net/ipv4/tcp_syncookies") == "1")
    #expect(await fails(.noEntry) { try await over.write("/proc/sys/net/ipv4/nothing", "2") })
  }

  @Test func unitsAreTakenOverWhenTheyAreAskedFor() async throws {
    let base = try Example.prepared.host()
    try base.put("/etc/systemd/system/late.service", "[Service]\nExecStart=/bin/late\nLimitMEMLOCK=5\n")
    let over = ModelHost(try await Machine.capture(from: base), base: base)
    try base.put("/etc/systemd/system/later.service", "[Service]\nExecStart=/bin/later\nLimitMEMLOCK=7\n")
    try await base.unitJob(.start, "later.service")
    let unit = try await over.unit("later.service", properties: ["LimitMEMLOCK"])
    #expect((unit.activeState, unit.properties["LimitMEMLOCK"]) == ("active", 7))
    // Its process is the one beneath.
    #expect(try over.text("/proc/\(unit.mainPID)/limits") == (try base.text("/proc/\(unit.mainPID)/limits")))
    try over.makeDirectory("/etc/systemd/system/later.service.d", mode: 0o755)
    try over.put("/etc/systemd/system/later.service.d/a.conf", "[Service]\nLimitMEMLOCK=9\n")
    #expect(try await over.unit("later.service").needDaemonReload)
    try await over.reloadUnits()
    try await over.unitJob(.restart, "later.service")
    let after = try await over.unit("later.service")
    #expect(try over.text("/proc/\(after.mainPID)/limits")?.contains("Max locked memory         9 ") == true)
    #expect(try await base.unit("later.service").mainPID == unit.mainPID)
    #expect(try await over.unit("nothing.service").loadState == "not-found")
  }

  @Test func whatSystemdHasNotReadYetCountsFromTheNextReloadOn() async throws {
    let base = try Example.prepared.host()
    try base.makeDirectory("/etc/systemd/system/containerd.service.d", mode: 0o755)
    try base.put("/etc/systemd/system/containerd.service.d/a.conf", "[Service]\nLimitMEMLOCK=9\n")
    let over = ModelHost(try await Machine.capture(from: base), base: base)
    var unit = try await over.unit("containerd.service", properties: ["LimitMEMLOCK"])
    #expect((unit.needDaemonReload, unit.properties["LimitMEMLOCK"]) == (true, 65536))
    try await over.reloadUnits()
    unit = try await over.unit("containerd.service", properties: ["LimitMEMLOCK"])
    #expect((unit.needDaemonReload, unit.properties["LimitMEMLOCK"]) == (false, 9))
  }

  @Test func theIdentityIsThatOfTheMachineBeneathUntilAReboot() async throws {
    let (base, over) = try await hosts()
    #expect(over.bootID == base.bootID)
    #expect(over.machineID == base.machineID)
    #expect(over.name == base.name)
    #expect(over.now >= base.now)
    try await over.reboot()
    #expect(over.bootID != base.bootID)
    #expect(try over.text("/proc/sys/kernel/random/boot_id") == over.bootID)
    #expect(over.machineID == base.machineID)
  }

  /// A machine that does not let itself be read.
  @Test func whatCannotBeReadIsSaid() async throws {
    let (base, over) = try await hosts()
    base.faults = [try Fault("read:/opt/site/a=EACCES")]
    #expect(throws: HostError("read", "/opt/site/a", .system(.accessDenied))) { try over.read("/opt/site/a") }
  }
}
