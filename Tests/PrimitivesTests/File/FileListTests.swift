import Testing
import Values

@testable import Primitives

struct FileListTests {
  @Test func namesSortedOrNone() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/app/b: x, /etc/app/a: x}")
    #expect(try await bench.ask(FileList.self, "/etc/app") == ["a", "b"])
    #expect(try await bench.ask(FileList.self, "/etc/none") == [])
    #expect(complaint(of: FileList.self, ["paht": "/etc"]).contains("argument 'path': is missing"))
  }
}
