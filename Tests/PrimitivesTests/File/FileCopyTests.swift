import Testing
import Values

@testable import Primitives

struct FileCopyTests {
  private static let call: Value = [
    "from": "/etc/a", "to": "/root/.kube/config", "mode": "0600", "user": 5, "group": 6,
  ]

  @Test func aNewCopyWithItsFolder() async throws {
    try await checkWholeLife(
      of: FileCopy.self, Self.call, on: try EffectBench(yaml: "files: {/etc/a: \"x\\n\"}").original)
  }

  @Test(arguments: [
    "{content: y}", "{content: x, mode: \"0644\", owner: \"5:6\"}", "{content: x, mode: \"0600\", owner: \"1:6\"}",
  ])
  func anotherFileComesBack(former: String) async throws {
    try await checkWholeLife(
      of: FileCopy.self, Self.call,
      on: try EffectBench(yaml: "files: {/etc/a: x, /root/.kube/config: \(former)}").original)
  }

  @Test func aNewOriginalIsCopiedAgainAndALinkToItFollowed() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/b: x, /etc/a: {link: b}}")
    try await bench.perform(FileCopy.self, Self.call)
    #expect(try bench.text("/root/.kube/config") == "x")
    try bench.put("/etc/b", "new\n")
    bench.beginRun()
    #expect(try await bench.perform(FileCopy.self, Self.call) == .changed)
    #expect(try bench.text("/root/.kube/config") == "new")
  }

  @Test func undoNeedsNoOriginal() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/a: x}")
    try await bench.perform(FileCopy.self, Self.call)
    try bench.host.remove("/etc/a")
    #expect(try await bench.undo() == [])
    #expect(try bench.host.status("/root/.kube") == nil)
    #expect(try bench.text("/root/.kube/config") == nil)
  }

  @Test func aMissingOriginalAndALinkInTheWayAreRefused() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/l: {link: /etc/hosts}}")
    #expect(
      await complaint { try await bench.perform(FileCopy.self, Self.call) }
        == "/etc/a is not there to be copied; the step that makes it comes first")
    #expect(
      await complaint { try await bench.perform(FileCopy.self, ["from": "/etc/hosts", "to": "/etc/l"]) }.hasPrefix(
        "/etc/l is a link, not a file"))
    #expect(bench.changes == [])
  }

  @Test func badArgumentsAreNamed() {
    #expect(complaint(of: FileCopy.self, ["from": "/a", "to": "/b"]) == "")
    #expect(complaint(of: FileCopy.self, ["from": "/a", "to": "/a"]).contains("argument 'to'"))
    #expect(complaint(of: FileCopy.self, ["from": "/a", "to": "/b", "group": -1]).contains("argument 'group'"))
    #expect(complaint(of: FileCopy.self, ["from": "/a"]).contains("argument 'to': is missing"))
  }
}
