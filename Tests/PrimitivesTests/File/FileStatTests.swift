import Testing
import Values

@testable import Primitives

struct FileStatTests {
  @Test func allKindsAndAbsence() async throws {
    let bench = try EffectBench(
      yaml:
        "files: {/etc/a: {content: abc, mode: \"04755\", owner: \"1:2\"}, /etc/l: {link: /nowhere}, /etc/p: {kind: device}}"
    )
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
