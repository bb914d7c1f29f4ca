import Glibc
import Host
import Testing

@testable import LiveHost

@Suite struct FilesTests {
  let scratch = Scratch()
  var host: LiveHost { scratch.host }

  // MARK: replace

  @Test func makesANewFileWithItsModeWhateverTheUmask() throws {
    let former = umask(0o077)
    defer { umask(former) }
    try host.replace(scratch("a"), with: Array("one\n".utf8), mode: 0o4755, owner: .me)
    let status = try #require(try host.status(scratch("a")))
    #expect(status.kind == .file && status.mode == 0o4755 && status.owner == .me && status.size == 4)
    #expect(abs(status.modified - host.now) < 60_000_000)
    #expect(try scratch.text("a") == "one\n")
  }

  @Test func replacesByRenameSoThatAnOpenFileStaysWhatItWas() throws {
    try host.replace(scratch("a"), with: Array("one".utf8), mode: 0o644, owner: .me)
    let former = try Descriptor(opening: scratch("a"), O_RDONLY, for: "read")
    try host.replace(scratch("a"), with: Array("two".utf8), mode: 0o600, owner: .me)
    #expect(try former.readAll(limit: 100, for: "read", "a") == Array("one".utf8))
    #expect(try scratch.text("a") == "two")
    #expect(try host.status(scratch("a"))?.mode == 0o600)
    #expect(try host.list(scratch.path) == ["a"])
  }

  @Test(.enabled(if: isRoot)) func givesTheFileToItsOwner() throws {
    try host.replace(scratch("a"), with: [], mode: 0o640, owner: Owner(user: 1, group: 2))
    #expect(try host.status(scratch("a"))?.owner == Owner(user: 1, group: 2))
  }

  @Test func followsALinkAndLeavesItThere() throws {
    try host.makeDirectory(scratch("d"), mode: 0o755)
    try host.makeLink(scratch("d/inner"), to: "../file")
    try host.makeLink(scratch("outer"), to: "d/inner")
    try host.replace(scratch("outer"), with: Array("x".utf8), mode: 0o644, owner: .me)
    #expect(try scratch.text("file") == "x")
    #expect(try host.readLink(scratch("outer")) == "d/inner")
    #expect(try host.status(scratch("d/inner"))?.kind == .link)
  }

  @Test func doesNotReplaceTheDeviceThatALinkLeadsTo() async throws {
    try host.makeLink(scratch("masked.service"), to: "/dev/null")
    let error = try #require(
      await hostError { () throws(HostError) in
        try host.replace(scratch("masked.service"), with: [], mode: 0o644, owner: .me)
      })
    #expect(error.description.contains("it leads to /dev/null, which is no regular file"))
    #expect(try host.status("/dev/null")?.kind == .other)
  }

  @Test func refusesARingOfLinks() async throws {
    try host.makeLink(scratch("a"), to: "b")
    try host.makeLink(scratch("b"), to: "a")
    let error = await hostError { () throws(HostError) in
      try host.replace(scratch("a"), with: [], mode: 0o644, owner: .me)
    }
    #expect(error?.isSystem(.tooManyLinks) == true)
  }

  @Test func refusesADirectory() async throws {
    try host.makeDirectory(scratch("d"), mode: 0o755)
    let error = await hostError { () throws(HostError) in
      try host.replace(scratch("d"), with: [], mode: 0o644, owner: .me)
    }
    #expect(error?.description.contains("it is no regular file") == true)
  }

  @Test func saysThatTheDirectoryIsMissing() async throws {
    let error = await hostError { () throws(HostError) in
      try host.replace(scratch("no/file"), with: [], mode: 0o644, owner: .me)
    }
    #expect(error == HostError("write", scratch("no/file"), .system(.noEntry)))
  }

  @Test func takesAwayWhatAKilledReplacementLeft() throws {
    try host.replace(scratch(".vsrrun.a"), with: Array("half".utf8), mode: 0o600, owner: .me)
    try host.replace(scratch("a"), with: Array("whole".utf8), mode: 0o600, owner: .me)
    #expect(try host.list(scratch.path) == ["a"])
  }

  @Test func replacesAFileOfTheLongestName() throws {
    let name = String(repeating: "n", count: 255)
    try host.replace(scratch(name), with: Array("x".utf8), mode: 0o600, owner: .me)
    #expect(try host.list(scratch.path) == [name])
  }

  @Test(.enabled(if: isRoot)) func leavesNothingBehindOnAFullFileSystem() async throws {
    try host.makeDirectory(scratch("small"), mode: 0o755)
    try host.mount(Mount(target: scratch("small"), type: "tmpfs", source: "tmpfs", options: "size=64k"))
    try host.replace(scratch("small/a"), with: Array("former".utf8), mode: 0o644, owner: .root)
    let error = await hostError { () throws(HostError) in
      try host.replace(scratch("small/a"), with: [UInt8](repeating: 1, count: 1 << 20), mode: 0o644, owner: .root)
    }
    #expect(error == HostError("write", scratch("small/a"), .system(.noSpace)))
    #expect(try host.list(scratch("small")) == ["a"])
    #expect(try scratch.text("small/a") == "former")
    try host.unmount(scratch("small"))
    #expect(try host.list(scratch("small")) == [])
  }

  // MARK: read

  @Test func readsProcAndSysFilesWhoseSizeTellsNothing() throws {
    #expect(try host.read("/proc/self/status").starts(with: "Name:".utf8))
    #expect(try host.text("/sys/kernel/mm/transparent_hugepage/enabled")?.contains("madvise") == true)
    #expect(try host.text("/sys/no/such/file") == nil)
  }

  @Test func readsALargeFileWhole() throws {
    let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
    try host.replace(scratch("large"), with: content, mode: 0o600, owner: .me)
    #expect(try host.read(scratch("large")) == content)
  }

  @Test func doesNotReadWithoutEnd() async throws {
    let error = try #require(await hostError { () throws(HostError) in try host.read("/dev/zero") })
    #expect(error.isSystem(SystemError(rawValue: EFBIG)))
    #expect(error.description.contains("64 MiB"))
  }

  @Test func doesNotWaitForAPipe() throws {
    mkfifo(scratch("pipe"), 0o600)
    #expect(try host.read(scratch("pipe")) == [])
  }

  @Test func doesNotReadADirectory() async {
    let error = await hostError { () throws(HostError) in try host.read(scratch.path) }
    #expect(error == HostError("read", scratch.path, .system(.isDirectory)))
  }

  // MARK: The others

  @Test func tellsTheStatusOfALinkItselfAndOfNothing() throws {
    try host.makeLink(scratch("link"), to: "nowhere")
    #expect(try host.status(scratch("link"))?.kind == .link)
    #expect(try host.status(scratch("none")) == nil)
    #expect(try host.status("/etc/passwd/none") == nil)
    #expect(try host.status("/dev/null")?.kind == .other)
    #expect(try !host.exists(scratch("link")))
  }

  @Test func listsNamesSorted() throws {
    for name in ["b", "a", ".c"] { try host.makeDirectory(scratch(name), mode: 0o755) }
    #expect(try host.list(scratch.path) == [".c", "a", "b"])
    #expect(try host.listIfPresent(scratch("none")) == [])
  }

  @Test func makesADirectoryOnceWithItsModeWhateverTheUmask() async throws {
    try host.makeDirectory(scratch("d"), mode: 0o1777)
    #expect(try host.status(scratch("d"))?.mode == 0o1777)
    let error = await hostError { () throws(HostError) in try host.makeDirectory(scratch("d"), mode: 0o755) }
    #expect(error?.isSystem(.exists) == true)
  }

  @Test func replacesALinkButNothingElse() async throws {
    try host.makeLink(scratch("link"), to: "one")
    try host.makeLink(scratch("link"), to: "two")
    #expect(try host.readLink(scratch("link")) == "two")
    #expect(try host.list(scratch.path) == ["link"])
    try host.replace(scratch("file"), with: [], mode: 0o600, owner: .me)
    let error = await hostError { () throws(HostError) in try host.makeLink(scratch("file"), to: "two") }
    #expect(error?.isSystem(.exists) == true)
  }

  @Test func setsModeAndOwnerOfWhatALinkPointsTo() throws {
    try host.replace(scratch("file"), with: [], mode: 0o600, owner: .me)
    try host.makeLink(scratch("link"), to: "file")
    try host.setAttributes(scratch("link"), mode: 0o640, owner: .me)
    #expect(try host.status(scratch("file"))?.mode == 0o640)
  }

  @Test func removesFilesLinksAndEmptyDirectories() async throws {
    try host.makeDirectory(scratch("d"), mode: 0o755)
    try host.replace(scratch("d/file"), with: [], mode: 0o600, owner: .me)
    let error = await hostError { () throws(HostError) in try host.remove(scratch("d")) }
    #expect(error == HostError("remove", scratch("d"), .system(.notEmpty)))
    try host.remove(scratch("d/file"))
    try host.remove(scratch("d"))
    #expect(try host.list(scratch.path) == [])
    #expect(await hostError { () throws(HostError) in try host.remove(scratch("d")) }?.isAbsent == true)
  }

  // MARK: settle

  @Test func settlesWhatWasWrittenAndLetsGoOfTheFileSystem() throws {
    try host.settle()
    try host.replace(scratch("a"), with: [1], mode: 0o600, owner: .me)
    #expect(openDescriptors(below: scratch.path) == 1)
    try host.replace(scratch("b"), with: [1], mode: 0o600, owner: .me)
    #expect(openDescriptors(below: scratch.path) == 1)
    try host.settle()
    #expect(openDescriptors(below: scratch.path) == 0)
  }

  /// How many descriptors of this process stand for something below `path`.
  private func openDescriptors(below path: String) -> Int {
    let links = (try? host.list("/proc/self/fd")) ?? []
    return links.count { (try? host.readLink("/proc/self/fd/" + $0))?.hasPrefix(path) == true }
  }

  // MARK: Identity

  @Test func knowsTheMachine() throws {
    #expect(try host.bootID.count == 36)
    #expect(host.name == (try host.text("/proc/sys/kernel/hostname")))
    #expect(host.now > 1_700_000_000_000_000)
    #expect(!host.isModel)
  }
}
