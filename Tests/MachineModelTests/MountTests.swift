import Host
import Testing

@testable import MachineModel

struct MountTests {
  private func hugetlbfs(_ host: ModelHost) throws -> [String] {
    try (host.text("/proc/self/mountinfo") ?? "").split(separator: "\n").filter { $0.contains(" /dev/hugepages ") }
      .compactMap { $0.split(separator: " ").last.map(String.init) }
  }

  private func mount(_ options: String) -> Mount {
    Mount(target: "/dev/hugepages", type: "hugetlbfs", source: "none", options: options)
  }

  @Test func mountsStackAndTheDefaultPageSizeIsTwoMebibytes() throws {
    let host = try Example.reference.host()
    #expect(try hugetlbfs(host) == ["rw,pagesize=2M"])
    try host.mount(mount("pagesize=1G"))
    #expect(try hugetlbfs(host) == ["rw,pagesize=2M", "rw,pagesize=1024M"])
    try host.unmount("/dev/hugepages")
    try host.unmount("/dev/hugepages")
    try host.mount(mount(""))
    #expect(try hugetlbfs(host) == ["rw,pagesize=2M"])
  }

  @Test func itIsBusyWhileAProcessUsesIt() async throws {
    let host = try Example.fragmentedMemory.host()
    #expect(await fails(.busy) { try host.unmount("/dev/hugepages") })
    host.machine.mounts[2].isBusy = false
    host.machine.processes = [HolderProcess(pid: 77, command: "postgres", open: ["/dev/hugepages/buffers"])]
    #expect(host.machine.mounts[2].target == "/dev/hugepages")
    #expect(await fails(.busy) { try host.unmount("/dev/hugepages") })
    host.machine.processes = []
    try host.unmount("/dev/hugepages")
  }

  @Test func whatCannotBeMountedIsRefused() async throws {
    let host = try Example.reference.host()
    #expect(
      await fails(.noEntry) { try host.mount(Mount(target: "/nowhere", type: "tmpfs", source: "none", options: "")) })
    #expect(
      await fails(.notDirectory) {
        try host.mount(Mount(target: "/etc/fstab", type: "tmpfs", source: "none", options: ""))
      })
    #expect(await fails(.noDevice) { try host.mount(Mount(target: "/mnt", type: "zfs", source: "none", options: "")) })
    #expect(await fails(.invalid) { try host.mount(mount("pagesize=3M")) })
    #expect(await fails(.invalid) { try host.unmount("/mnt") })
    #expect(await fails(.busy) { try host.unmount("/dev") })
  }

  @Test func aRebootBringsTheDefaultMountBack() async throws {
    let host = try Example.reference.host()
    try host.unmount("/dev/hugepages")
    try host.mount(mount("pagesize=1G"))
    try await host.reboot()
    #expect(try hugetlbfs(host) == ["rw,pagesize=2M"])
  }

  @Test func aDropInForTheMountUnitLasts() async throws {
    let host = try Example.reference.host()
    try host.makeDirectory("/etc/systemd/system/dev-hugepages.mount.d", mode: 0o755)
    try host.put("/etc/systemd/system/dev-hugepages.mount.d/size.conf", "[Mount]\nOptions=pagesize=1G\n")
    try await host.reboot()
    #expect(try hugetlbfs(host) == ["rw,pagesize=1024M"])
    #expect(try await host.unit("dev-hugepages.mount").activeState == "active")
  }

  @Test func anEntryOfFstabLasts() async throws {
    let host = try Example.reference.host()
    let fstab = try #require(try host.text("/etc/fstab"))
    try host.put("/etc/fstab", fstab + "\nnone /mnt/huge hugetlbfs pagesize=1G 0 0\nnone /mnt/no tmpfs noauto 0 0\n")
    try await host.reboot()
    #expect(host.machine.mounts.contains { $0.target == "/mnt/huge" && $0.options == "rw,pagesize=1024M" })
    #expect(!host.machine.mounts.contains { $0.target == "/mnt/no" })
  }
}
