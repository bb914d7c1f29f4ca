import Host
import Testing

@testable import Engine
@testable import Primitives

struct FileFootprintTests {
  @Test func missingAndEmptyParents() throws {
    let bench = try EffectBench(yaml: "files: {/opt/a/b: {kind: directory}}")
    let context = Context(host: bench.host, contents: MemoryLog { 0 })
    let footprint = try FileFootprint.observe("/opt/a/b/c/d", context)
    #expect(footprint.kind == .absent && footprint.missingParents == ["/opt/a/b/c"])
    #expect(footprint.emptyParents?.suffix(2) == ["/opt/a", "/opt/a/b"])
    #expect(try FileFootprint.observe("/etc/x", context).emptyParents == nil)
  }

  @Test func backMeansNoEmptyFolderOfOursIsLeft() {
    let before = FileFootprint(kind: .absent, missingParents: ["/a", "/a/b"])
    #expect(FileFootprint(kind: .absent, missingParents: ["/a", "/a/b"]).isBack(to: before))
    #expect(FileFootprint(kind: .absent, missingParents: ["/a/b"]).isBack(to: before), "another file lives in /a")
    #expect(!FileFootprint(kind: .absent, missingParents: ["/a/b"], emptyParents: ["/a"]).isBack(to: before))
    #expect(!FileFootprint(kind: .file).isBack(to: before))
  }

  @Test(arguments: [
    "{content: x, mode: \"0600\", owner: \"3:4\"}", "{link: /nowhere}", "{kind: directory, mode: \"0711\"}", "absent",
  ])
  func whateverStandsThereNowTheFormerComesBack(former: String) throws {
    for now in ["{content: y}", "{link: /elsewhere}", "{kind: directory}", "absent"] {
      func yaml(_ kind: String) -> String { kind == "absent" ? "" : "files: {/etc/x: \(kind)}" }
      let before = try EffectBench(yaml: yaml(former))
      let contents = MemoryLog { 0 }
      let footprint = try FileFootprint.observe("/etc/x", Context(host: before.host, contents: contents))
      let after = try EffectBench(yaml: yaml(now))
      let context = Context(host: after.host, contents: contents)
      try footprint.restore("/etc/x", context)
      #expect(try FileFootprint.observe("/etc/x", context) == footprint, "\(now) back to \(former)")
    }
  }
}
