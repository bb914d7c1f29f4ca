import Lua
import Testing
import Values

/// A runbook that extends another.
@Suite struct ExtensionTests {
  private static let base = """
    local p = runbook { name = 'base', version = '1.0', params = { a = { type = 'integer', default = 1 } } }
    local x = step('one', { doc = 'first', boot = true }, function() return 'one' end)
    step('two', function() return test.echo(x) end)
    step('three', function() return 'three' end)
    """

  private func run(_ source: String, steps: [String]? = ["one", "two", "three"], base: String = base) throws
    -> Runbook.Result
  {
    let library = Library(
      base: { $0 == "base" ? Chunk(name: "base/base.lua", source: base) : nil }, steps: { _ in steps })
    let interpreter = try Interpreter(primitives: ["test.echo"], library: library)
    return Runbook(answers: { $0.name == "runbook" ? ["a": 7] : $0.arguments.first ?? .null })
      .run(source, in: interpreter)
  }

  private func steps(_ result: Runbook.Result) -> [String] {
    result.arguments("step.begin").map { step in
      let origin = step["origin"]?.string.map { " \($0)" } ?? ""
      return (step["name"]?.string ?? "") + origin
    }
  }

  @Test func withoutEditsItIsTheOther() throws {
    let result = try run("local base = extends 'base'\nbase.run()")
    #expect(result.error == nil)
    #expect(steps(result) == ["one", "two", "three"])
    let header = try #require(result.arguments("runbook").first)
    #expect(header["name"] == "base" && header["version"] == "1.0+site" && header["extends"] == "base")
  }

  @Test func stepsAreAddedReplacedAndDropped() throws {
    let result = try run(
      """
      local base = extends 'base'
      base.before('two', 'mine', { doc = 'my own' }, function(params) return test.echo(params.a) end)
      base.after('two', 'last', function() end)
      base.replace('one', { doc = 'better' }, function(params, shipped) return shipped() .. params.a end)
      base.drop 'three'
      base.run()
      """)
    #expect(result.error == nil)
    #expect(steps(result) == ["one replaced", "mine added", "two", "last added"])
    #expect(result.arguments("test.echo") == [7, "one7"])
    let first = try #require(result.arguments("step.begin").first)
    #expect(first["options"] == ["boot": true, "doc": "better"])
  }

  @Test func parametersAndTheVersionAreTheSites() throws {
    let result = try run(
      """
      local base = extends 'base'
      base.version 'acme.3'
      base.params { b = { type = 'string' }, a = { type = 'integer', default = 2 } }
      base.run()
      """)
    let header = try #require(result.arguments("runbook").first)
    #expect(header["version"] == "1.0+acme.3")
    #expect(header["params"] == ["a": ["default": 2, "type": "integer"], "b": ["type": "string"]])
  }

  @Test(
    arguments: [
      ("base.drop 'tow'", "test.lua:2: drop: the runbook base has no step 'tow'; did you mean 'two'?"),
      ("base.dorp 'two'", "test.lua:2: no edit 'extends.dorp'; did you mean 'extends.drop'?"),
      ("base.drop 'two' base.replace('two', function() end)", "the step 'two' is replaced or dropped twice"),
      ("base.before('two', 'three', function() end)", "before: there is a step 'three' already"),
      ("base.before('two', 'x', 5)", "step 'x': the body: expected a function, got number"),
      ("base.params(1)", "params: expected a table, got number"),
      ("base.run() base.drop 'two'", "drop 'two': the runbook has run already"),
      ("extends 'base'", "extends stands twice"),
    ])
  func whatIsWrongIsNamedAtItsLine(edit: String, text: String) throws {
    let error = try #require(try run("local base = extends 'base'\n\(edit)\nbase.run()").error)
    #expect(error.description.contains(text), "\(error)")
    #expect(error.place?.line == 2)
  }

  @Test func aRunbookThatIsNotThereIsNamed() throws {
    let error = try run("extends 'other'").error
    #expect(error?.description == "test.lua:1: there is no runbook 'other' to extend")
  }

  @Test func whereNamesAreComputedNoStepIsRefused() throws {
    let result = try run("local base = extends 'base'\nbase.drop 'nosuch'\nbase.run()", steps: nil)
    #expect(result.error == nil)
  }

  @Test func anErrorOfTheOtherIsAtItsOwnLine() throws {
    let error = try run("extends('base').run()", base: "runbook { name = 'base', version = '1' }\nerror 'no'").error
    #expect(error?.description == "base/base.lua:2: no")
  }
}
