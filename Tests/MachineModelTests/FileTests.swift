import Host
import Testing

@testable import MachineModel

struct FileTests {
  @Test func aFileIsMadeReplacedAndRemoved() async throws {
    let host = try Example.reference.host()
    #expect(try host.status("/etc/motd") == nil)
    try host.replace("/etc/motd", with: Array("a".utf8), mode: 0o600, owner: Owner(user: 1, group: 2))
    let status = try #require(try host.status("/etc/motd"))
    #expect((status.kind, status.mode, status.owner, status.size) == (.file, 0o600, Owner(user: 1, group: 2), 1))
    try host.put("/etc/motd", "bc")
    #expect(try host.text("/etc/motd") == "bc")
    #expect(try #require(try host.status("/etc/motd")).modified > status.modified)
    try host.remove("/etc/motd")
    #expect(await fails(.noEntry) { try host.remove("/etc/motd") })
    #expect(await fails(.noEntry) { try host.put("/nowhere/motd", "") })
    #expect(await fails(.notDirectory) { try host.put("/etc/fstab/motd", "") })
    #expect(try host.status("/etc/fstab/motd") == nil)
    #expect(await fails(.isDirectory) { _ = try host.read("/etc") })
    #expect(await fails(.isDirectory) { try host.put("/etc", "") })
  }

  @Test func linksAreFollowedAndKept() async throws {
    let host = try Example.reference.host()
    try host.makeDirectory("/srv/real", mode: 0o755)
    try host.makeLink("/srv/alias", to: "real")
    try host.makeLink("/srv/file", to: "/srv/alias/x")
    try host.put("/srv/file", "1")
    #expect(try host.text("/srv/real/x") == "1")
    #expect(try host.status("/srv/file")?.kind == .link)
    try host.makeLink("/srv/alias", to: "/etc")
    #expect(try host.text("/srv/alias/hostname") == "reference")
    #expect(try host.text("/srv/alias/../etc/hostname") == "reference")
    #expect(await fails(.exists) { try host.makeLink("/etc/hostname", to: "x") })
    try host.makeLink("/srv/loop", to: "loop")
    #expect(await fails(.tooManyLinks) { _ = try host.read("/srv/loop") })
    #expect(await fails(.invalid) { _ = try host.readLink("/etc/hostname") })
    #expect(try host.text("/lib/os-release")?.contains("ID=ubuntu") == true)
    try host.remove("/srv/file")
    #expect(try host.text("/srv/real/x") == "1")
  }

  @Test func directoriesAreRemovedOnlyEmpty() async throws {
    let host = try Example.reference.host()
    let before = host.machine.normalized().files
    try host.makeDirectory("/etc/containerd", mode: 0o700)
    #expect(try host.status("/etc/containerd")?.mode == 0o700)
    #expect(await fails(.exists) { try host.makeDirectory("/etc/containerd", mode: 0o755) })
    #expect(await fails(.noEntry) { try host.makeDirectory("/a/b", mode: 0o755) })
    try host.put("/etc/containerd/config.toml", "")
    #expect(try host.list("/etc/containerd") == ["config.toml"])
    #expect(await fails(.notEmpty) { try host.remove("/etc/containerd") })
    try host.remove("/etc/containerd/config.toml")
    try host.remove("/etc/containerd")
    #expect(host.machine.normalized().files == before)
    #expect(await fails(.busy) { try host.remove("/dev/hugepages") })
    #expect(await fails(.noEntry) { _ = try host.list("/etc/containerd") })
    #expect(await fails(.notDirectory) { _ = try host.list("/etc/hostname") })
  }

  @Test func onlyTheKernelMakesFilesInItsOwn() async throws {
    let host = try Example.reference.host()
    #expect(await fails(.accessDenied) { try host.put("/sys/class/net/x", "") })
    #expect(await fails(.accessDenied) { try host.put("/proc/swaps", "") })
    #expect(await fails(.accessDenied) { try host.makeDirectory("/sys/kernel/x", mode: 0o755) })
    #expect(await fails(.notPermitted) { try host.remove("/proc/cmdline") })
    #expect(await fails(.noEntry) { try await host.write("/sys/nothing", "1") })
  }

  @Test func attributesAreSet() throws {
    let host = try Example.reference.host()
    try host.setAttributes("/etc/hostname", mode: 0o640, owner: Owner(user: 0, group: 4))
    let status = try #require(try host.status("/etc/hostname"))
    #expect((status.mode, status.owner.group) == (0o640, 4))
    #expect(try host.text("/etc/hostname") == "reference")
  }

  @Test func timeGoesOnWithEachChangeOnly() async throws {
    let host = try Example.reference.host()
    let now = host.now
    _ = try host.list("/etc")
    #expect(host.now == now)
    try host.put("/etc/a", "")
    try host.put("/etc/b", "")
    #expect(host.now == now + 2000)
    #expect(try host.status("/etc/b")?.modified == host.now)
    await host.pause(seconds: 5)
    #expect(host.now == now + 5_002_000)
  }

  @Test func aCopyIsASnapshot() throws {
    let host = try Example.reference.host()
    let snapshot = host.machine
    try host.put("/etc/hostname", "other")
    #expect(snapshot.files.text("/etc/hostname") == "reference\n")
  }
}
