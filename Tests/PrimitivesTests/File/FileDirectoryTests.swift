import Testing
import Values

@testable import Primitives

struct FileDirectoryTests {
  @Test func aNewDirectoryWithItsParents() async throws {
    try await checkWholeLife(
      of: FileDirectory.self, ["path": "/opt/cni/bin", "mode": "0750"], on: try Example.reference.machine())
  }

  @Test func theModeOfOneThatIsThere() async throws {
    let bench = try EffectBench(yaml: "files: {/opt/a: {kind: directory, mode: \"0700\", owner: \"5:5\"}}")
    try await checkWholeLife(of: FileDirectory.self, ["path": "/opt/a"], on: bench.original)
  }

  @Test func aDirectoryThatIsInUseStaysAndIsListed() async throws {
    let bench = try EffectBench(.reference)
    try await bench.perform(FileDirectory.self, ["path": "/opt/cni/bin"])
    try bench.put("/opt/cni/bin/sriov", "binary")
    #expect(try await bench.undo().first?.contains("/opt/cni/bin is not empty") == true)
    #expect(try bench.text("/opt/cni/bin/sriov") == "binary")
  }

  @Test func aFileInTheWayIsRefused() async throws {
    let bench = try EffectBench(yaml: "files: {/opt/a: x}")
    #expect(
      await complaint { try await bench.perform(FileDirectory.self, ["path": "/opt/a"]) }
        .contains("/opt/a is a file, not a directory"))
    #expect(bench.changes == [])
  }

  @Test func badArgumentsAreNamed() {
    #expect(complaint(of: FileDirectory.self, "/opt/a") == "")
    #expect(
      complaint(of: FileDirectory.self, "/opt/../a").hasPrefix(
        "file.directory: argument 'path': expected a path without"))
    #expect(complaint(of: FileDirectory.self, ["path": "/a", "mode": "+755"]).contains("octal mode"))
  }
}
