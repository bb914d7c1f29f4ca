import Testing
import Values

@testable import Primitives

struct FileRemoveTests {
  @Test(arguments: [
    "{content: x, mode: \"0600\", owner: \"5:6\"}", "{link: ../a}", "{kind: directory, mode: \"0711\", owner: \"5:6\"}",
  ])
  func whateverStandsThere(kind: String) async throws {
    let bench = try EffectBench(yaml: "files: {/etc/app/a: \(kind), /etc/app/b: other}")
    try await checkWholeLife(of: FileRemove.self, "/etc/app/a", on: bench.original)
  }

  @Test func aDirectoryWithSomethingInItFails() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/app/a: x}")
    #expect(await complaint { try await bench.perform(FileRemove.self, "/etc/app") }.contains("ENOTEMPTY"))
    #expect(bench.changes == [])
    #expect(try await bench.undo() == [])
  }

  @Test func aDeviceStays() async throws {
    let bench = try EffectBench(yaml: "files: {/opt/null: {kind: device}}")
    #expect(await complaint { try await bench.perform(FileRemove.self, "/opt/null") }.contains("a device"))
    #expect(bench.changes == [])
  }

  @Test func whatCameThereSinceStays() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/a: x}")
    try await bench.perform(FileRemove.self, "/etc/a")
    try bench.put("/etc/a", "new")
    #expect(try await bench.undo().first?.contains("another hand") == true)
    #expect(try bench.text("/etc/a") == "new")
  }

  @Test func badArgumentsAreNamed() {
    #expect(complaint(of: FileRemove.self) == "file.remove: argument 'path': is missing; expected absolute path")
  }
}
