import Lua
import Testing
import Values

@Suite struct ModuleTests {
  @Test func aModuleRunsOnceAndItsFunctionsCallPrimitives() throws {
    var runbook = Runbook()
    runbook.modules["vsr.nics"] = """
      local M = {}
      note('loaded ' .. ...)
      function M.find(x)
        return test.echo(x)
      end
      return M
      """
    let result = try runbook.run(
      "local a = require 'vsr.nics'\nlocal b = require 'vsr.nics'\nreturn { a == b, a.find('x') }")
    #expect(result.value == [true, "x"])
    #expect(result.arguments("note") == ["loaded vsr.nics"])
    #expect(result.calls.last?.place == SourcePlace(file: "lib/vsr.nics.lua", line: 4))
  }

  @Test func aModuleWithoutAValueIsTrue() throws {
    var runbook = Runbook()
    runbook.modules["m"] = "local x = 1"
    #expect(try runbook.run("return require 'm'").value == true)
  }

  @Test func aCircleIsNamed() throws {
    var runbook = Runbook()
    runbook.modules = ["a": "return require 'b'", "b": "\nreturn require 'a'"]
    let result = try runbook.run("require 'a'")
    #expect(result.error?.description == "lib/b.lua:2: module 'a' requires itself: a > b > a")
    #expect(result.error?.traceback.map { $0.place?.description } == ["lib/b.lua:2", "lib/a.lua:1", "test.lua:1"])
  }

  @Test func aModuleThatFailedCanBeRequiredAgain() throws {
    var runbook = Runbook()
    runbook.modules["m"] = "error('first thing')"
    let result = try runbook.run("local a, x = pcall(require, 'm')\nlocal b, y = pcall(require, 'm')\nreturn { x, y }")
    #expect(result.value == ["lib/m.lua:1: first thing", "lib/m.lua:1: first thing"])
  }

  @Test func aSyntaxErrorInAModuleStaysOne() throws {
    var runbook = Runbook()
    runbook.modules["m"] = "\nlocal = 1"
    let error = try #require(try runbook.run("\n\nrequire 'm'").error)
    #expect(error.kind == .syntax)
    #expect(error.description == "lib/m.lua:2: <name> expected near '='")
    #expect(error.traceback.map(\.place?.line) == [3])
    #expect(try runbook.run("return (pcall(require, 'm'))").value == false)
  }

  @Test func modulesAreListedByTheirFolder() throws {
    let interpreter = try Interpreter(primitives: [], library: Library(modules: { ["\($0).a", "\($0).b"] }))
    let result = Runbook().finish(
      interpreter.start(Chunk(name: "x.lua", source: "return modules_in 'vsr.nics'")), in: interpreter)
    #expect(result.value == ["vsr.nics.a", "vsr.nics.b"])
    #expect(try Runbook().run("return modules_in 'vsr'").value == [:])
    let error = try Runbook().run("modules_in(1)").error
    #expect(error?.description == "test.lua:1: modules_in: expected a string, got number")
  }

  @Test func whatIsNotThereIsNamedAtTheRequire() throws {
    #expect(try Runbook().run("\nrequire 'vsr.nisc'").error?.description == "test.lua:2: no module 'vsr.nisc'")
  }

  @Test(arguments: ["../secret", "/etc/passwd", "a..b", "", "a.b.", "a\\0b", "a/b"])
  func aNameThatCouldLeaveTheFoldersNeverReachesTheHost(name: String) throws {
    let interpreter = try Interpreter(primitives: []) { _ in Chunk(name: "x.lua", source: "return 'reached'") }
    let result = Runbook().run("return require '\(name)'", in: interpreter)
    #expect(result.error?.message.contains("is no module name") == true)
  }

  @Test func theHostsOwnErrorIsRaised() throws {
    struct Refusal: Error, CustomStringConvertible { var description: String { "two files are called 'm'" } }
    let interpreter = try Interpreter(primitives: []) { _ in throw Refusal() }
    #expect(Runbook().run("require 'm'", in: interpreter).error?.description == "test.lua:1: two files are called 'm'")
  }
}
