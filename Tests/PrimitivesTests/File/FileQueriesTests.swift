import Testing
import Values

@testable import Primitives

struct FileReadTests {
  @Test func contentAbsenceAndRefusal() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/a: \"x\\n\"}")
    #expect(try await bench.ask(FileRead.self, "/etc/a") == "x\n")
    #expect(try await bench.ask(FileRead.self, "/etc/b") == nil)
    #expect(try await bench.ask(FileRead.self, "/no/such/folder/b") == nil)
    #expect(await complaint { _ = try await bench.ask(FileRead.self, "/etc") }.contains("EISDIR"))
    #expect(complaint(of: FileRead.self, ["path": 1]).contains("expected absolute path, got 1"))
  }
}

struct FileStatTests {
  @Test func allKindsAndAbsence() async throws {
    let bench = try EffectBench(
      yaml: "files: {/etc/a: {content: abc, mode: \"04755\", owner: \"1:2\"}, /etc/l: {link: /nowhere}, /etc/p: {kind: device}}")
    #expect(
      try await bench.ask(FileStat.self, "/etc/a")
        == ["kind": "file", "mode": "4755", "user": 1, "group": 2, "size": 3])
    #expect(try await bench.ask(FileStat.self, "/etc/l")["kind"] == "link")
    #expect(try await bench.ask(FileStat.self, "/etc/p")["kind"] == "other")
    #expect(try await bench.ask(FileStat.self, "/tmp")["mode"] == "1777")
    #expect(try await bench.ask(FileStat.self, "/etc/none") == nil)
    #expect(complaint(of: FileStat.self, "a").contains("expected absolute path"))
  }
}

struct FileListTests {
  @Test func namesSortedOrNone() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/app/b: x, /etc/app/a: x}")
    #expect(try await bench.ask(FileList.self, "/etc/app") == ["a", "b"])
    #expect(try await bench.ask(FileList.self, "/etc/none") == [])
    #expect(complaint(of: FileList.self, ["paht": "/etc"]).contains("argument 'path': is missing"))
  }
}
