import Testing
import Values

@testable import Lint

@Suite struct RulesTests {
  @Test func eachRuleHasAnExample() {
    let examples =
      LanguageRulesTests.examples + PrimitiveRulesTests.examples + ParameterRulesTests.examples
      + StepRulesTests.examples + ExtensionRulesTests.examples + KubernetesRulesTests.examples
    // Those have tests of another form.
    let covered = Set(examples.map(\.rule)).union(["newer-than-api", "site-values"])
    #expect(covered == Set(Rules.names))
  }

  @Test func namesAreKebabCaseAndSummariesSentences() {
    #expect(Set(Rules.names).count == Rules.names.count)
    for (name, summary) in Linter.rules {
      #expect(name.allSatisfy { $0.isLowercase || $0 == "-" })
      #expect(summary.hasSuffix(".") && !summary.dropLast().contains(". "))
    }
  }

  @Test func aFindingIsOneObjectForPrograms() throws {
    let finding = try #require(try Bench().check(bytes: Array("x = 1".utf8)).first)
    #expect(
      finding.value == [
        "file": "r.lua", "line": 1, "column": 1, "rule": "global-assignment", "message": "'x' would become a global",
        "fix": "write local before it",
      ])
  }

  @Test func whatOnlyDescribesTheLanguageForEditorsIsNoScript() throws {
    #expect(try Bench().check("---@meta\n\nsysfs = {}\nfunction sysfs.read(path) end\n") == [])
    #expect(try Bench().check("---@meta\nsysfs = {\n").count == 1)
    #expect(try Bench().check("sysfs = {}\n---@meta\n").count == 1)
  }

  @Test(arguments: [
    ("-- vsrrun: allow unused-local\nlocal x = 1", 0), ("local x = 1 -- vsrrun: allow unused-local", 0),
    ("--vsrrun: allow unknown-global, unused-local: for now\nlocal x = y", 0),
    ("-- vsrrun: allow unused-local\n\nlocal x = 1", 1), ("-- vsrrun: allow unknown-global\nlocal x = 1", 1),
    ("--[[ vsrrun: allow unused-local ]]\nlocal x = 1", 1), ("local x = '-- vsrrun: allow unused-local'", 1),
  ]) func aCommentSilencesItsLineAndTheNext(text: String, count: Int) throws {
    #expect(try Bench().check(text).count == count)
  }
}
