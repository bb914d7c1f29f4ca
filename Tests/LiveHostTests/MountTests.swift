import Glibc
import Host
import Testing

@testable import LiveHost

@Suite struct MountTests {
  let scratch = Scratch()
  var host: LiveHost { scratch.host }

  @Test func sortsOptionsIntoFlagsAndTheFileSystemsOwn() {
    let options = MountOptions("rw,nosuid,nodev,relatime,pagesize=1024M,size=10%")
    #expect(options.flags == UInt(MS_NOSUID | MS_NODEV | MS_RELATIME))
    #expect(options.data == "pagesize=1024M,size=10%")
    #expect(MountOptions("ro,rw").flags == 0)
    #expect(MountOptions("").data == "")
  }

  @Test(.enabled(if: isRoot)) func mountsOnTopAndTakesTheTopmostAway() async throws {
    try host.makeDirectory(scratch("m"), mode: 0o755)
    let mount = Mount(target: scratch("m"), type: "tmpfs", source: "tmpfs", options: "rw,nosuid,noexec,size=1m")
    try host.mount(mount)
    try host.replace(scratch("m/below"), with: [], mode: 0o600, owner: .root)
    try host.mount(mount)
    #expect(try host.list(scratch("m")) == [])
    let line = try #require(
      try host.text("/proc/self/mountinfo")?.split(separator: "\n").last { $0.contains(scratch("m")) })
    #expect(line.contains("rw,nosuid,noexec,") && line.contains("size=1024k"))
    try host.unmount(scratch("m"))
    #expect(try host.list(scratch("m")) == ["below"])

    let user = try Descriptor(opening: scratch("m/below"), O_RDONLY, for: "read")
    let error = await hostError { () throws(HostError) in try host.unmount(scratch("m")) }
    #expect(error?.isSystem(.busy) == true)
    #expect(error?.hint?.contains("fuser -vm") == true)
    close(user.release())
    // What this host itself wrote there does not keep it busy.
    try host.replace(scratch("m/file"), with: [], mode: 0o600, owner: .root)
    try host.unmount(scratch("m"))
  }

  @Test func tellsTheKernelsErrors() async {
    let mounted = await hostError { () throws(HostError) in
      try host.mount(Mount(target: scratch("none"), type: "tmpfs", source: "tmpfs", options: ""))
    }
    #expect(mounted == HostError("mount", scratch("none"), .system(isRoot ? .noEntry : .notPermitted)))
    let swapped = await hostError { () throws(HostError) in try host.swapOn(scratch("none"), priority: -2) }
    #expect(swapped == HostError("use for swapping", scratch("none"), .system(isRoot ? .noEntry : .notPermitted)))
    let stopped = await hostError { () throws(HostError) in try host.swapOff(scratch("none")) }
    #expect(stopped == HostError("stop swapping to", scratch("none"), .system(isRoot ? .noEntry : .notPermitted)))
  }
}
