import Lua
import Testing
import Values

@Suite struct PrimitiveTests {
  @Test func aCallReachesTheHostWithItsArgumentsAndItsPlace() throws {
    let result = try Runbook().run("local a = 1\nreturn sysfs.read { path = 'x', deep = { 1, 2 } }")
    #expect(
      result.calls == [
        Call(
          name: "sysfs.read", arguments: [["deep": [1, 2], "path": "x"]], place: SourcePlace(file: "test.lua", line: 2))
      ])
    #expect(result.value == ["deep": [1, 2], "path": "x"])
  }

  @Test func argumentsStandAsWritten() throws {
    let result = try Runbook().run("test.echo(); test.echo(nil); test.echo('a', 2, nil, null, 0.5)")
    #expect(result.calls.map(\.arguments) == [[], [nil], ["a", 2, nil, nil, 0.5]])
  }

  @Test func aRaisedErrorHasTheCallersLineAndTheWholeTraceback() throws {
    let result = try Runbook().run(
      """
      local function inner()
        test.fail("the device is busy")
      end
      local function outer() inner() return 1 end

      outer()
      """)
    let error = try #require(result.error)
    #expect(error.kind == .runtime)
    #expect(error.description == "test.lua:2: the device is busy")
    #expect(
      error.traceback.map(\.description) == [
        "test.lua:2: in upvalue 'inner'", "test.lua:4: in local 'outer'", "test.lua:6: in main chunk",
      ])
  }

  @Test func pcallCatchesWhatAPrimitiveRaises() throws {
    let result = try Runbook().run(
      """
      local ok, message = pcall(test.fail, "direct")
      local ok2, message2 = pcall(function() test.fail("inside") end)
      return { ok, message, ok2, message2, test.echo("still here") }
      """)
    // A pcall straight around a primitive has only the line of the pcall itself to name.
    #expect(result.value == [false, "test.lua:1: direct", false, "test.lua:2: inside", "still here"])
  }

  @Test func pcallLetsAPrimitiveAnswer() throws {
    let result = try Runbook().run("return { pcall(test.echo, 7), select('#', pcall(test.echo, 7)) }")
    #expect(result.value == [true, 2])
  }

  @Test func xpcallGivesTheErrorToItsHandler() throws {
    let result = try Runbook().run(
      "return { xpcall(test.fail, function(m) return 'handled ' .. m .. test.echo('!') end, 'x') }")
    #expect(result.value == [false, "handled test.lua:1: x!"])
  }

  @Test func primitivesWorkInMetamethodsIteratorsAndCloseHandlers() throws {
    let result = try Runbook().run(
      """
      local t = setmetatable({}, { __index = function(_, k) return test.echo(k) end })
      local seen = { t.a }
      for value in function(_, last) if not last then return test.echo("b") end end do seen[2] = value end
      do local c <close> = setmetatable({}, { __close = function() seen[3] = test.echo("c") end }) end
      return seen
      """)
    #expect(result.value == ["a", "b", "c"])
  }

  @Test(arguments: [
    "local t = { 3, 1, 2 }\n table.sort(t, function(a, b) return sysfs.read(a) < b end)",
    "local s = 'x'\n s:gsub('x', function(m) return sysfs.read(m) end)",
  ])
  func aPrimitiveInsideACallbackOfALibraryFunctionSaysWhichAndWhy(script: String) throws {
    let error = try #require(try Runbook().run(script).error)
    #expect(error.place == SourcePlace(file: "test.lua", line: 2))
    #expect(error.message.hasPrefix("sysfs.read cannot be called inside a function that a library function calls"))
    #expect(error.message.contains("table.sort"))
  }

  @Test func anErrorOnALevelBlamesTheCaller() throws {
    let error = try #require(
      try Runbook().run("local function f(x)\n if not x then error('x is needed', 2) end\nend\n\nf()").error)
    #expect(error.description == "test.lua:5: x is needed")
    #expect(error.traceback.first?.place?.line == 2)
  }

  @Test func errorsThatAreNoTextsSaySo() throws {
    #expect(try Runbook().run("error({})").error?.message == "the error is a table, not a text")
    #expect(try Runbook().run("error(nil)").error?.message == "the error is a nil, not a text")
  }

  @Test func abortEndsTheScriptPastItsPcall() throws {
    let interpreter = try Runbook().interpreter()
    let outcome = interpreter.start(
      Chunk(
        name: "test.lua",
        source: """
          local c <close> = setmetatable({}, { __close = function() note "closed" end })
          pcall(function()
            test.echo(1)
          end)
          note "went on"
          """))
    guard case .call = outcome else { throw ScriptFailure(outcome) }
    let error = interpreter.abort("the plan ends here")
    #expect(error.kind == .aborted)
    #expect(error.description == "test.lua:3: the plan ends here")
    #expect(error.traceback.map(\.place?.line) == [3, 2])
    #expect(!interpreter.isWaiting)
    #expect(Runbook().run("return 1", in: interpreter).value == 1)
  }

  @Test func anAnswerThatNobodyWaitsForIsAnError() throws {
    let interpreter = try Runbook().interpreter()
    guard case .failed(let error) = interpreter.resume(returning: 1) else { throw ScriptFailure(.finished(nil)) }
    #expect(error.message == "nothing waits for an answer")
  }

  @Test func aPrimitiveNeedsANamespaceOfItsOwn() {
    for name in ["write", "string.write", "a.b.c", "step.x"] {
      let error = #expect(throws: ScriptError.self) { try Interpreter(primitives: [name]) }
      #expect(error?.message == "'\(name)' cannot be the name of a primitive")
    }
  }
}

struct ScriptFailure: Error {
  var outcome: Outcome
  init(_ outcome: Outcome) { self.outcome = outcome }
}
