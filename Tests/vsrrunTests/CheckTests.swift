import Glibc
import LiveHost
import Testing
import Values

/// `check` on files, folders and sites.
@Suite struct CheckTests {
  private static let policy = """
    local ours = {}
    function ours.apply()
      kube.apply { objects = { { apiVersion = "policy/v1beta1", kind = "PodSecurityPolicy", metadata = { name = "a" } } } }
    end
    return ours

    """

  @Test func aWrongCallIsRefused() async throws {
    let program = try Program()
    let nothing = try await program.call("check")
    #expect(nothing.status == 64 && nothing.diagnostics.contains("vsrrun check PATH"))
    let version = try await program.call("check", "x.lua", "--kubernetes", "latest")
    #expect(version.status == 64 && version.diagnostics.contains("--kubernetes latest"))
  }

  @Test func theRulesAreListed() async throws {
    let program = try Program()
    let rules = try await program.call("check", "--rules")
    #expect(rules.status == 0)
    for line in rules.output.split(separator: "\n") { #expect(line.contains("  ") && line.hasSuffix("."), "\(line)") }
    let document = try Value(json: await program.call("check", "--rules", "--output", "json").output)
    #expect(document["rules"]?.array?.count == rules.output.split(separator: "\n").count)
  }

  @Test func findingsGoToStandardOutputWithTheirPlace() async throws {
    let program = try Program()
    _ = try program.file("r.lua", "local x = swap.of()\n")
    let text = try await program.call("check", "r.lua")
    #expect(text.status == 65 && text.diagnostics.isEmpty)
    #expect(
      text.output.split(separator: "\n") == [
        "r.lua:1:7: unused-local: the local 'x' is never used; take it out, or call it _x",
        "r.lua:1:11: unknown-primitive: there is no primitive 'swap.of'; did you mean 'swap.off'?",
      ])
    let document = try Value(json: await program.call("check", "r.lua", "--output", "json").output)
    #expect(document["files"] == 1 && document["findings"]?.array?.map { $0["column"] } == [7, 11])
    let lines = try await program.call("check", "r.lua", "--output", "jsonl").events
    #expect(lines.compactMap { $0["rule"]?.string } == ["unused-local", "unknown-primitive"])
    _ = try program.file("r.lua", "return 1\n")
    let good = try await program.call("check", "r.lua", "--output", "json")
    #expect(good.status == 0 && good.output == "{\"files\":1,\"findings\":[]}\n")
  }

  @Test func aSiteIsCheckedWithAllThatBelongsToIt() async throws {
    let program = try Program()
    _ = try await program.call("new", "site", "ours")
    #expect(mkdir("\(program.folder)/ours/lib/ours", 0o755) == 0)
    _ = try program.file("ours/lib/ours/policy.lua", Self.policy)
    _ = try program.file("ours/lib/ours/policy_test.lua", "describe('x', function() it('y', function() end) end)\n")
    _ = try program.file(
      "ours/runbooks/more.lua",
      """
      runbook { name = "more", version = "1", params = {} }
      local policy = require "ours.policy"
      local nics = require "vsr.nics"
      step("policy", function() policy.aply() nics.discover {} end)

      """)
    _ = try program.file("ours/site.yaml", "hugepages: many\nkubernetes: 1.33.0\n")
    let site = try await program.call("check", "ours")
    let found = site.output.split(separator: "\n").map(String.init)
    #expect(site.status == 65 && found.count == 3, "\(site.output)")
    #expect(
      found.first?.hasPrefix("ours/lib/ours/policy.lua:3:30: kubernetes-object: Kubernetes 1.33 has no policy/v1beta1")
        == true)
    #expect(
      found.dropFirst().first
        == "ours/runbooks/more.lua:4:34: unknown-member: 'policy' has no 'aply'; did you mean 'apply'?")
    #expect(found.last?.hasPrefix("ours/site.yaml:1:12: site-values: parameter 'hugepages': expected integer") == true)
    // A file of it knows its site, too.
    #expect(try await program.call("check", "ours/lib/ours/policy.lua").status == 65)
    #expect(try await program.call("check", "ours/lib/ours/policy.lua", "--kubernetes", "1.24.0").status == 0)
    #expect(try await program.call("check", "ours/site.yaml").status == 65)
  }

  @Test func modulesOfAFolderFindEachOther() async throws {
    let program = try Program()
    #expect(mkdir("\(program.folder)/lib", 0o755) == 0 && mkdir("\(program.folder)/lib/a", 0o755) == 0)
    _ = try program.file("lib/a/one.lua", "return require 'a.two'\n")
    _ = try program.file("lib/a/two.lua", "return {}\n")
    #expect(try await program.call("check", "lib").status == 0)
    #expect(try await program.call("check", "lib/").status == 0)
    #expect(symlink(".", "\(program.folder)/lib/loop") == 0)
    #expect(try await program.call("check", ".").status == 0)
    let alone = try await program.call("check", "lib/a/one.lua")
    #expect(alone.status == 65 && alone.output.contains("there is no module 'a.two'"))
  }
}
