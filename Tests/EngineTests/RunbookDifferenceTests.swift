import Journal
import Testing
import Values

@testable import Engine

/// Two versions of a runbook, compared.
@Suite struct RunbookDifferenceTests {
  private static func set(_ params: String, _ steps: String, _ modules: [String: String] = [:], version: String)
    -> ScriptSet
  {
    Bench.scripts(
      "runbook { name = 'r', version = '\(version)', params = { \(params) } }\n\(steps)", modules: modules)
  }

  private static let old = set(
    "a = { type = 'integer' }, b = { type = 'string', default = '' }",
    "step('one', function()\n  f()\nend)\nstep('two', function() end)\n",
    ["m": "return 1", "n": "return 2"], version: "1.0")

  @Test func whatDiffersIsListed() throws {
    let new = Self.set(
      "a = { type = 'integer', min = 1 }, c = { type = 'boolean', default = true }",
      "step('one', function()\n  g()\nend)\nstep('three', function() end)\n",
      ["m": "return 1", "n": "return 3", "x.y": "return 4"], version: "1.1")
    let difference = try RunbookDifference(from: Self.old, to: new)
    func words(_ items: [(name: String, change: RunbookDifference.Change)]) -> [String] {
      items.map { "\($0.name) \($0.change.rawValue)" }
    }
    #expect(words(difference.parameters) == ["a changed", "b removed", "c added"])
    #expect(words(difference.steps) == ["one changed", "three added", "two removed"])
    #expect(words(difference.modules) == ["n changed", "x.y added"])
    #expect(difference.value["after"] == ["name": "r", "version": "1.1"])
    #expect(!difference.isEmpty)
  }

  @Test func anExtensionHasTheStepsOfTheOtherWithItsOwnChanges() throws {
    let base = "runbook { name = 'r', version = '1.0' }\nstep('one', print)\nstep('two', print)\nstep('three', print)\n"
    let own = """
      local base = extends "r"
      base.after("one", "mine", function()
        f()
      end)
      base.replace("two", function() g() end)
      base.drop "three"
      base.run()
      """
    let extended = ScriptSet([
      LuaFile(name: "runbook/own.lua", content: Array(own.utf8)),
      LuaFile(name: "base/r.lua", content: Array(base.utf8)),
    ])
    let difference = try RunbookDifference(from: ScriptSet(runbook: base, name: "r"), to: extended)
    #expect(
      difference.steps.map { "\($0.name) \($0.change.rawValue)" } == ["mine added", "three removed", "two changed"])
  }

  @Test func theSameIsNoDifference() throws {
    #expect(try RunbookDifference(from: Self.old, to: Self.old).isEmpty)
  }
}
