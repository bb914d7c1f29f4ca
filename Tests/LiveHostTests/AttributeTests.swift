import Glibc
import Host
import Testing

@testable import LiveHost

@Suite struct AttributeTests {
  let scratch = Scratch()

  @Test func givesUpAWriteThatBlocksAndNamesTheProcess() async throws {
    mkfifo(scratch("pipe"), 0o600)
    let path = scratch("pipe")
    let writer = Writer()
    let error = try #require(await hostError { () throws(HostError) in try writer.value.write(path, "8", deadline: 1) })
    #expect(error.reason == .timedOut(seconds: 1))
    let hint = try #require(error.hint)
    let process = try #require(pid_t(hint.split(separator: " ")[1]))
    #expect(hint == "process \(process) still waits in the kernel; see /proc/\(process)/stack")

    // It goes on without this program: it holds no file of it, and has a session and a name of its own.
    #expect(try scratch.host.text("/proc/\(process)/comm") == "vsrrun-write")
    #expect(getsid(process) == process)
    #expect(try scratch.host.list("/proc/\(process)/fd") == ["0"])
    #expect(try scratch.host.readLink("/proc/\(process)/cwd") == "/")

    // What it began, it ends, and is then reaped by the next write.
    let reader = try Descriptor(opening: path, O_RDONLY, for: "read")
    #expect(try reader.readAll(limit: 10, for: "read", path) == Array("8".utf8))
    while try scratch.host.text("/proc/\(process)/stat")?.contains(") Z ") == false { usleep(1000) }
    try scratch.host.replace(scratch("file"), with: [], mode: 0o600, owner: .me)
    try writer.value.write(scratch("file"), "x", deadline: 5)
    #expect(try scratch.host.status("/proc/\(process)") == nil)
  }

  @Test func stopsWaitingWhenItIsCancelled() async throws {
    mkfifo(scratch("pipe"), 0o600)
    let path = scratch("pipe")
    let task = Task.detached { () -> HostError? in
      let writer = Writer()
      return await hostError { () throws(HostError) in try writer.value.write(path, "8", deadline: 60) }
    }
    task.cancel()
    let error = try #require(await task.value)
    #expect(error.reason == .refused("interrupted"))
    let process = try #require(error.hint.flatMap { pid_t($0.split(separator: " ")[1]) })
    let reader = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK, for: "read")
    // An ended child that nobody takes keeps the watch over other tests' processes from seeing theirs.
    #expect(waitpid(process, nil, 0) == process)
    _ = consume reader
  }

  @Test func writesIntoTheFileThatIsThereAndMakesNone() async throws {
    let writer = Writer()
    try scratch.host.replace(scratch("file"), with: Array("abc".utf8), mode: 0o600, owner: .me)
    try writer.value.write(scratch("file"), "X", deadline: 5)
    #expect(try scratch.text("file") == "Xbc")
    let error = await hostError { () throws(HostError) in try writer.value.write(scratch("none"), "X", deadline: 5) }
    #expect(error == HostError("write", scratch("none"), .system(.noEntry)))
  }

  @Test(.enabled(if: isRoot)) func tellsTheKernelsErrorBelowSys() async {
    let error = await hostError { () throws(HostError) in
      try await scratch.host.writeAttribute("/sys/kernel/uevent_seqnum", "1")
    }
    #expect(error == HostError("write", "/sys/kernel/uevent_seqnum", .system(.accessDenied)))
  }

  @Test(.enabled(if: isRoot)) func writesASysctlByItself() async throws {
    let path = "/proc/sys/kernel/domainname"
    let former = try #require(try scratch.host.text(path))
    try await scratch.host.writeAttribute(path, former)
    #expect(try scratch.host.text(path) == former)
    let error = await hostError { () throws(HostError) in
      try await scratch.host.writeAttribute("/proc/sys/vm/swappiness", "many")
    }
    #expect(error == HostError("write", "/proc/sys/vm/swappiness", .system(.invalid)))
  }

  private final class Writer {
    var value = AttributeWriter()
  }
}
