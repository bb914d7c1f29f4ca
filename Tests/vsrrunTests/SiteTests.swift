import Testing
import Values
import YAML

/// A site's directory, from its beginning on.
@Suite struct SiteTests {
  @Test func aNewSiteIsAWholeAndChangesNothingByItself() async throws {
    let program = try Program()
    let made = try await program.call("new", "site", "ours")
    #expect(made.status == 0, "\(made.diagnostics)")
    #expect(
      made.output.split(separator: "\n").map(String.init) == [
        "ours/site.yaml", "ours/lib/README", "ours/runbooks/site-install.lua", "ours/runbooks/site-install_test.lua",
        "ours/.luarc.json", "ours/.luacheckrc",
      ])
    _ = try Value(json: program.read("\(program.folder)/ours/.luarc.json"))

    let shipped = try await program.call("rehearse", "install-single-node", "--machine", "machine.yaml", "--save", "a")
    let own = try await program.call(
      "rehearse", "site-install", "--site", "ours", "--machine", "machine.yaml", "--save", "b")
    #expect(shipped.status == 0 && own.status == 0, "\(own.diagnostics)")
    #expect(try program.read("\(program.folder)/a") == program.read("\(program.folder)/b"))
  }

  /// With every # taken away the file says what holds without it.
  @Test func itsValuesAreTheDefaults() async throws {
    let program = try Program()
    _ = try await program.call("new", "site", "ours")
    let text = try program.read("\(program.folder)/ours/site.yaml")
    let bare = text.split(separator: "\n").filter { !$0.hasPrefix("# ") }.map { $0.drop { $0 == "#" } }
    _ = try program.file("ours/site.yaml", bare.joined(separator: "\n") + "\n")
    _ = try await program.act("run", "install-single-node", "--site", "ours", "--until", "hardware")
    let page = try await program.act("show", "--output", "json")
    let given = try Value(json: page.output)["parameters"]
    _ = try await program.act("abandon")
    _ = try await program.act("run", "install-single-node", "--until", "hardware")
    #expect(try await Value(json: program.act("show", "--output", "json").output)["parameters"] == given)
  }

  @Test func aDirectoryWithSomethingInItStays() async throws {
    let program = try Program()
    let made = try await program.call("new", "site", program.folder)
    #expect(made.status == 64 && made.diagnostics.contains("is not empty"))
  }

  @Test(
    arguments: [
      (
        "hugepages: 8\nhugepagse: 9\n",
        "site.yaml:2:1: the runbook install-single-node has no parameter 'hugepagse'; did you mean 'hugepages'?"
      ),
      ("hugepages: many\n", "site.yaml:1:12: parameter 'hugepages': expected integer, got \"many\""),
      (
        "iommu: of\n",
        "site.yaml:1:8: parameter 'iommu': expected one of \"on\", \"off\", got \"of\"; did you mean \"off\"?"
      ),
      ("- a\n", "site.yaml:1:1: expected a mapping of parameter values by name"),
    ])
  func aWrongValueHasItsPlace(text: String, message: String) async throws {
    let program = try Program()
    _ = try await program.call("new", "site", "ours")
    _ = try program.file("ours/site.yaml", text)
    let plan = try await program.call("plan", "install-single-node", "--site", "ours", "--machine", "machine.yaml")
    #expect(plan.status == 65)
    #expect(plan.diagnostics.contains(message), "\(plan.diagnostics)")
  }

  @Test func valuesOfOtherRunbooksAreNoMistake() async throws {
    let program = try Program()
    _ = try await program.call("new", "site", "ours")
    _ = try program.file("ours/site.yaml", "hugepages: 8\ncluster: keep\n")
    for runbook in ["install-single-node", "uninstall-single-node"] {
      let plan = try await program.call("plan", runbook, "--site", "ours", "--machine", "machine.yaml")
      #expect(plan.status == 0, "\(plan.diagnostics)")
    }
  }

  private static let extended = """
    local base = extends "install-single-node"
    base.before("docker", "motd", function() file.write { path = "/etc/motd", content = "ours\\n" } end)
    base.run()
    """

  @Test func aPlanShowsWhichStepsAreTheSites() async throws {
    let program = try Program()
    _ = try await program.call("new", "site", "ours")
    _ = try program.file("ours/runbooks/site-install.lua", Self.extended)
    let plan = try await program.call("plan", "site-install", "--site", "ours", "--machine", "machine.yaml")
    #expect(plan.status == 0, "\(plan.diagnostics)")
    #expect((plan.output + plan.diagnostics).contains("\n  motd  (the site's)\n"), "\(plan.output)")
    _ = try program.file("ours/runbooks/site-install.lua", Self.extended.replacing("single-node", with: "singel-node"))
    let wrong = try await program.call("plan", "site-install", "--site", "ours", "--machine", "machine.yaml")
    #expect(wrong.status == 65)
    #expect(
      wrong.diagnostics.contains(
        "no installed runbook 'install-singel-node' to extend; did you mean 'install-single-node'?"))
  }

  /// The site that ships as an example: settings of the firmware and one reboot come first.
  @Test func theExampleSiteRunsOnItsOwnMachine() async throws {
    let program = try Program()
    let site = "\(Program.root)/Examples/sites/mellanox"
    let first = try await program.call(
      "rehearse", "site-install", "--site", site, "--machine", "\(site)/machine.yaml", "--save", "after.yaml",
      "--output", "jsonl")
    #expect(first.status == 0, "\(first.diagnostics)")
    #expect(first.events.count { $0["type"] == "run.finished" && $0["result"] == "rebooting" } == 1)
    let second = try await program.call(
      "rehearse", "site-install", "--site", site, "--machine", "after.yaml", "--output", "jsonl")
    #expect(second.events.last?["changed"] == 0, "\(second.diagnostics)")
  }

  @Test func aRunTellsWhereEverythingCameFrom() async throws {
    let program = try Program()
    _ = try await program.call("new", "site", "ours")
    _ = try program.file("ours/site.yaml", "# ours\nhugepages: 8\n")
    _ = try program.file("ours/runbooks/site-install.lua", Self.extended)
    _ = try program.file("ours/lib/mine.lua", "return {}\n")
    let run = try await program.act(
      "run", "site-install", "--site", "ours", "--set", "iommu=off", "--until", "motd")
    #expect(run.status == 0, "\(run.diagnostics)")
    let lines = try await program.act("show", "--origin").output.split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    for line in [
      "extends: install-single-node, as shipped", "hugepages = 8 ours/site.yaml:2:12", "iommu = \"off\" --set iommu",
      "pod_cpus = 4 default", "vsr.nics.ice shipped", "mine the site's lib/mine.lua",
      "motd (the site's)",
    ] {
      #expect(lines.contains(line), "\(line) of \(lines)")
    }
  }
}
