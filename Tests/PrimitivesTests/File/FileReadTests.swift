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
