import Testing
import Values

@testable import Primitives

struct FileLinkTests {
  @Test func aNewLinkWithItsFolder() async throws {
    try await checkWholeLife(
      of: FileLink.self, ["path": "/etc/app/link", "to": "/dev/null"], on: try Example.reference.machine())
  }

  @Test func aLinkThatPointsElsewhere() async throws {
    let bench = try EffectBench(yaml: "files: {/etc/link: {link: /etc/hosts}}")
    try await checkWholeLife(of: FileLink.self, ["path": "/etc/link", "to": "/dev/null"], on: bench.original)
  }

  @Test func aFileInTheWayIsRefused() async throws {
    let bench = try EffectBench(.reference)
    let text = await complaint { try await bench.perform(FileLink.self, ["path": "/etc/hosts", "to": "/dev/null"]) }
    #expect(text == "/etc/hosts is a file, not a link; remove it by file.remove first")
    #expect(bench.changes == [])
  }

  @Test func badArgumentsAreNamed() {
    #expect(complaint(of: FileLink.self, ["path": "/etc/a"]) == "file.link: argument 'to': is missing; expected string")
    #expect(complaint(of: FileLink.self, "/etc/a").hasPrefix("file.link: takes a table of named arguments"))
  }
}
