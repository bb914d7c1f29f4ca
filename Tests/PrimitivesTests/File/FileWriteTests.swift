import Testing
import Values

@testable import Primitives

struct FileWriteTests {
  private let call: Value = ["path": "/etc/app/conf.d/a.conf", "content": "on\n"]

  @Test func aNewFileWithItsFolders() async throws {
    try await checkWholeLife(of: FileWrite.self, call, on: try Example.reference.machine())
  }

  @Test func aFileInPlaceOfAnother() async throws {
    let bench = try EffectBench(
      yaml: "files: {/etc/app/conf.d/a.conf: {content: \"off\\n\", mode: \"0600\", owner: \"7:8\"}}")
    try await checkWholeLife(of: FileWrite.self, call, on: bench.original)
    try await bench.perform(FileWrite.self, call)
    let status = try #require(try bench.host.status("/etc/app/conf.d/a.conf"))
    #expect(status.mode == 0o644 && status.owner == .root)
    #expect(try bench.text("/etc/app/conf.d/a.conf") == "on")
  }

  @Test func modeAndOwnerAloneAreAChange() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/a: {content: x, mode: \"0600\"}}")
    let call: Value = ["path": "/etc/a", "content": "x", "mode": "0640", "group": 42]
    try await checkWholeLife(of: FileWrite.self, call, on: bench.original)
  }

  @Test func modeZeroSurvivesTheJournal() async throws {
    let call: Value = ["path": "/etc/a", "content": "x", "mode": "000"]
    try await checkWholeLife(of: FileWrite.self, call, on: try Example.reference.machine())
  }

  @Test func aFolderThatAnotherFileCameToLiveInStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(FileWrite.self, call)
    try bench.put("/etc/app/other", "mine")
    #expect(try await bench.undo() == [])
    #expect(try bench.host.list("/etc/app") == ["other"])
  }

  @Test func whatAnotherHandWroteSinceStays() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(FileWrite.self, call)
    try bench.put("/etc/app/conf.d/a.conf", "edited")
    #expect(try await bench.undo().first?.contains("another hand") == true)
    #expect(try bench.text("/etc/app/conf.d/a.conf") == "edited")
  }

  @Test(arguments: ["{link: /etc/b}", "{kind: directory}", "{kind: device}"])
  func anythingButAFileIsRefused(kind: String) async throws {
    let bench = try EffectBench(yaml: "files: {/etc/a: \(kind)}")
    let text = await complaint { try await bench.perform(FileWrite.self, ["path": "/etc/a", "content": "x"]) }
    #expect(text.contains("/etc/a is a ") && text.contains("file.remove"))
    #expect(bench.changes == [])
    #expect(try await bench.undo() == [])
  }

  @Test func aFullDiskIsToldAndLeavesNothing() async throws {
    let bench = try EffectBench(.reference)
    try bench.fault("replace=ENOSPC")
    #expect(
      await complaint { try await bench.perform(FileWrite.self, call) }.contains("No space left on device (ENOSPC)"))
    bench.revive()
    #expect(try await bench.undo() == [])
    #expect(bench.changes == [])
  }

  @Test func badArgumentsAreNamed() {
    #expect(
      complaint(of: FileWrite.self, ["path": "etc/a", "content": ""])
        == "file.write: argument 'path': expected absolute path, got \"etc/a\"")
    #expect(
      complaint(of: FileWrite.self, ["path": "/a", "content": "", "mode": 644])
        == "file.write: argument 'mode': expected octal mode such as \"0644\", got 644")
    #expect(complaint(of: FileWrite.self, ["path": "/a", "contents": ""]).contains("argument 'content': is missing"))
    #expect(
      complaint(of: FileWrite.self, ["path": "/a", "content": "", "user": -1])
        == "file.write: argument 'user': expected a number from 0 to 4294967295, got -1")
    #expect(
      complaint(of: FileWrite.self, ["path": "/a", "content": "", "modes": "0644"])
        == "file.write: no argument 'modes'; did you mean 'mode'?")
  }
}
