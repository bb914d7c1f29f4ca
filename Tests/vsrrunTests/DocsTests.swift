import LiveHost
import Testing

/// The reference as files, and the files beside the modules that no run loads.
@Suite struct DocsTests {
  @Test(arguments: [("luacats", "pci.lua", "function pci.bind(arguments) end"), ("markdown", "pci.md", "## pci.bind")])
  func theWholeReferenceIsWritten(format: String, name: String, text: String) async throws {
    let program = try Program()
    let made = try await program.call("docs", "--format", format, "--directory", "made")
    #expect(made.status == 0 && made.output.isEmpty, "\(made.diagnostics)")
    #expect(try program.read("\(program.folder)/made/\(name)").contains(text))
    if format == "markdown" {
      let page = try program.read("\(program.folder)/made/runbooks.md")
      #expect(page.contains("## install-single-node ") && page.contains("| `hugepages` | integer, 0 or more | `16` |"))
    }
  }

  @Test func oneNameIsNoReference() async throws {
    let result = try await Program().call("docs", "pci", "--directory", "made")
    #expect(result.status == 64 && result.diagnostics.contains("name nothing"))
  }

  @Test func noRunLoadsTheDefinitions() async throws {
    let program = try Program()
    #expect(try LiveHost().list("\(Program.root)/stdlib/meta").contains("pci.lua"))
    _ = try await program.act("run", "install-single-node", "--until", "hardware")
    let origin = try await program.act("show", "--origin")
    #expect(origin.output.contains("vsr.nics") && !origin.output.contains("meta"))
    let runbook = try program.file(
      "own.lua", "runbook { name = \"own\", version = \"1\" }\nrequire \"meta.pci\"\n")
    let result = try await program.call("rehearse", runbook, "--machine", "machine.yaml")
    #expect(result.status == 65 && result.diagnostics.contains("meta.pci"), "\(result.diagnostics)")
  }
}
