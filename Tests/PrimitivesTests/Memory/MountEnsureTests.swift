import Testing
import Values

@testable import Primitives

struct MountEnsureTests {
  private let call: Value = ["path": "/dev/hugepages", "type": "hugetlbfs", "options": ["pagesize=1G"]]
  private let fresh: Value = ["path": "/mnt/a/huge", "type": "hugetlbfs", "options": ["pagesize=1G"]]

  @Test func anotherPageSizeIsTakenAwayFirst() async throws {
    try await checkWholeLife(of: MountEnsure.self, call, on: try Example.reference.machine())
  }

  @Test func aDirectoryThatIsNotThereYet() async throws {
    try await checkWholeLife(of: MountEnsure.self, fresh, on: try Example.reference.machine())
  }

  @Test func onTopOfAnotherTypeTheMountStacks() async throws {
    let bench = try EffectBench(yaml: "mounts: [{target: /mnt/x, type: tmpfs, options: \"rw,size=1024k\"}]")
    let call: Value = ["path": "/mnt/x", "type": "hugetlbfs", "options": ["pagesize=2M"]]
    try await checkWholeLife(of: MountEnsure.self, call, on: bench.original)
    try await bench.perform(MountEnsure.self, call)
    let types = try await bench.ask(MountList.self).array?.filter { $0["target"] == "/mnt/x" }.compactMap { $0["type"] }
    #expect(types == ["tmpfs", "hugetlbfs"])
  }

  @Test func onlyTheTopmostCounts() async throws {
    let bench = try EffectBench(
      yaml: """
        mounts:
          - {target: /mnt/x, type: hugetlbfs, options: "rw,pagesize=1024M"}
          - {target: /mnt/x, type: tmpfs}
        """)
    let call: Value = ["path": "/mnt/x", "type": "hugetlbfs", "options": ["pagesize=1G"]]
    #expect(try await bench.perform(MountEnsure.self, call) == .changed)
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func oneInUseIsToldAndStays() async throws {
    let bench = try EffectBench(.fragmentedMemory)
    let text = await complaint { try await bench.perform(MountEnsure.self, call) }
    #expect(text.contains("/dev/hugepages is mounted with other options, and in use; `fuser -vm /dev/hugepages`"))
    #expect(bench.changes == [])
    #expect(try await bench.undo() == [])
  }

  @Test func theNewMountFailsAfterTheFormerIsGone() async throws {
    let bench = try EffectBench(.reference)
    try bench.fault("mount=EINVAL")
    #expect(await complaint { try await bench.perform(MountEnsure.self, call) }.contains("EINVAL"))
    bench.revive()
    #expect(bench.changes != [])
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func whatIsMountedOnTopSinceStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(MountEnsure.self, call)
    try bench.host.mount(.init(target: "/dev/hugepages", type: "tmpfs", source: "none", options: ""))
    #expect(try await bench.undo().first?.contains("another hand") == true)
  }

  @Test func whereALinkLeadsElsewhereTheShortfallSaysSo() throws {
    let mount = try Signature.decode(MountEnsure.self, [call])
    let directory = FileFootprint(kind: .directory)
    #expect(
      mount.shortfall(.init(mounts: [], directory: directory))
        == "/proc/self/mountinfo shows no hugetlbfs at /dev/hugepages; is a part of this path a link? Name the directory itself"
    )
    let line = "36 21 0:33 / /dev/hugepages rw,nosuid,relatime shared:15 - hugetlbfs none rw,pagesize=2M"
    let entry = try #require(MountEntry(line: line[...]))
    #expect(
      mount.shortfall(.init(mounts: [entry], directory: directory))
        == "/dev/hugepages is mounted without pagesize=1G; it has rw,nosuid,relatime,rw,pagesize=2M")
  }

  @Test func sizesAreComparedAsSizesAndFlagsCount() throws {
    let line = "36 21 0:33 / /mnt/my\\040dir rw,nosuid master:1 - hugetlbfs none rw,pagesize=1024M,mode=770"
    let entry = try #require(MountEntry(line: line[...]))
    #expect(entry.target == "/mnt/my dir")
    for option in ["pagesize=1G", "pagesize=1024M", "nosuid", "mode=0770", "rw"] { #expect(entry.has(option[...])) }
    for option in ["pagesize=2M", "nodev", "size=1G"] { #expect(!entry.has(option[...])) }
    #expect(MountEntry(line: "36 21 0:33 / /mnt rw") == nil)
  }

  @Test func aLinkOrFileIsNoPlaceToMountOn() async throws {
    let bench = try EffectBench(yaml: "files: {/mnt/l: {link: /tmp}, /mnt/f: x}")
    for path in ["/mnt/l", "/mnt/f"] {
      let call: Value = ["path": .string(path), "type": "tmpfs"]
      #expect(
        await complaint { try await bench.perform(MountEnsure.self, call) }.contains("not a directory to mount on"))
    }
    #expect(bench.changes == [])
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: MountEnsure.self, ["path": "/a", "type": "tmpfs", "options": ["a=1,b=2"]])
        .hasPrefix("mount.ensure: argument 'options': expected a list of single options"))
    #expect(
      complaint(of: MountEnsure.self, ["path": "/a", "type": "tmpfs", "options": ["a", 2]])
        == "mount.ensure: argument 'options': element 2: expected string, got 2")
    #expect(complaint(of: MountEnsure.self, ["path": "/a", "type": ""]).contains("argument 'type'"))
  }
}
