import Lua
import Testing
import Values

@Suite struct LanguageTests {
  @Test func theWordsOfARunbookReachTheHost() throws {
    var runbook = Runbook()
    runbook.answers = { $0.name == "runbook" ? ["hugepages": 16] : nil }
    let result = try runbook.run(
      """
      local params = runbook { name = "r", params = { hugepages = { type = "integer" }, absent = {} } }
      phase "Memory"
      checkpoint "memory"
      note "a note"
      print(1, nil, true, {}, print, null, "x")
      return { params.hugepages, params.absent == nil, test.echo(params) }
      """)
    #expect(result.error == nil)
    #expect(result.calls.map(\.name) == ["runbook", "phase", "checkpoint", "note", "note", "test.echo"])
    #expect(result.calls.map(\.place.line) == [1, 2, 3, 4, 5, 6])
    let params: Value = ["absent": [:], "hugepages": ["type": "integer"]]
    #expect(result.arguments("runbook") == [["name": "r", "params": params]])
    #expect(result.arguments("note") == ["a note", "1\tnil\ttrue\ttable\tfunction\tnull\tx"])
    #expect(result.arguments("test.echo") == [["hugepages": 16]])
  }

  @Test func aStepBeginsRunsAndEnds() throws {
    let result = try Runbook().run(
      """
      local a = step("one", { doc = "D1", boot = true, check = function() end, rollback = function() end }, function()
        test.echo("in it")
        return { found = { 1, 2 } }
      end)
      local b = step("two", function() end)
      return { a, b == nil }
      """)
    #expect(result.value == [["found": [1, 2]], true])
    #expect(result.calls.map(\.name) == ["step.begin", "test.echo", "step.end", "step.begin", "step.end"])
    #expect(result.calls.map(\.place.line) == [1, 2, 1, 5, 5])
    #expect(
      result.calls[0].arguments == [
        ["functions": ["check", "rollback"], "name": "one", "options": ["boot": true, "doc": "D1"]]
      ])
    #expect(result.calls[2].arguments == [["name": "one", "value": ["found": [1, 2]]]])
    #expect(result.calls[4].arguments == [["name": "two"]])
  }

  @Test func aCompletedStepAnswersWithItsRecordedValue() throws {
    var runbook = Runbook()
    runbook.completed = ["one": ["found": [1], "none": nil], "two": nil]
    let result = try runbook.run(
      """
      local a = step("one", function() error("runs") end)
      local b = step("two", function() error("runs") end)
      return { a, a.none == null, b == nil }
      """)
    #expect(result.value == [["found": [1], "none": nil], true, true])
    #expect(result.calls.map(\.name) == ["step.begin", "step.begin"])
  }

  @Test func aStepsErrorThatThePcallCatchesIsToldToTheHost() throws {
    let result = try Runbook().run(
      """
      local ok, message = pcall(step, "one", function()
        test.fail("no")
      end)
      return { ok, message, test.echo("on") }
      """)
    #expect(result.value == [false, "test.lua:2: no", "on"])
    #expect(result.arguments("step.failed") == [["message": "test.lua:2: no", "name": "one"]])
  }

  @Test func aStepsErrorThatNothingCatchesKeepsItsTraceback() throws {
    let result = try Runbook().run(
      """
      step("outer", function()
        step("inner", function()
          local x = nil + 1
        end)
      end)
      """)
    #expect(result.calls.map(\.name) == ["step.begin", "step.begin"])
    #expect(result.error?.traceback.map(\.place?.line) == [3, 2, 1])
    #expect(result.error?.traceback.last?.function == "main chunk")
  }

  @Test func aValueThatCannotBeRecordedIsNamedAtTheStep() throws {
    let error = try Runbook().run("step('one', function()\n return { f = print }\nend)").error
    #expect(error?.description == "test.lua:1: step: result.value.f is a function; only plain data can cross")
  }

  @Test func theHostRunsAStepsFunctionsWhileTheStepWaitsAndAfterTheEnd() throws {
    let runbook = Runbook()
    let interpreter = try runbook.interpreter()
    let script = """
      local state = "begun"
      step("one", {
        check = function() return test.echo(state) end,
        rollback = function(value) state = "back " .. value.n; return sysfs.read(state) end,
      }, function() state = "done" end)
      step("two", function() end)
      """
    guard case .call(let begin) = interpreter.start(Chunk(name: "test.lua", source: script)) else { return }
    #expect(begin.name == "step.begin")

    let check = runbook.finish(try #require(interpreter.start(.check, ofStep: "one")), in: interpreter)
    #expect(check.value == "begun")
    #expect(check.calls.map(\.place.line) == [3])
    #expect(interpreter.isWaiting)

    let rest = runbook.finish(interpreter.resume(returning: ["completed": false]), in: interpreter)
    #expect(rest.value == .null)
    let undo = runbook.finish(
      try #require(interpreter.start(.rollback, ofStep: "one", arguments: [["n": 1]])), in: interpreter)
    #expect(undo.value == "back 1")
    #expect(undo.calls.map(\.name) == ["sysfs.read"])
    #expect(interpreter.start(.check, ofStep: "two") == nil)
    #expect(interpreter.start(.rollback, ofStep: "three") == nil)
  }

  @Test func aFunctionThatFailsLeavesTheScriptWaiting() throws {
    let runbook = Runbook()
    let interpreter = try runbook.interpreter()
    let script = "step('one', {\n check = function() error('bad check') end }, function() end)\nreturn 5"
    _ = interpreter.start(Chunk(name: "test.lua", source: script))
    let check = runbook.finish(try #require(interpreter.start(.check, ofStep: "one")), in: interpreter)
    #expect(check.error?.description == "test.lua:2: bad check")
    #expect(runbook.finish(interpreter.resume(returning: ["completed": true]), in: interpreter).value == 5)
  }

  @Test func pairsAndNextGoInOrder() throws {
    let result = try Runbook().run(
      """
      local t = { "one", "two", [10] = "ten", [-1] = "minus", [2.5] = "half", b = "b", a = "a", [true] = "yes", [false] = "no" }
      local seen = {}
      for key, value in pairs(t) do seen[#seen + 1] = tostring(key); t[key] = nil end
      local n, key = {}, nil
      local u = { z = 1, y = 2, x = 3 }
      repeat key = next(u, key); n[#n + 1] = key until key == nil
      return { table.concat(seen, " "), table.concat(n, " "), next({}) == nil, next(t) == nil }
      """)
    #expect(result.value == ["1 2 -1 2.5 10 a b false true", "x y z", true, true])
  }

  @Test func pairsHonoursAMetamethod() throws {
    let result = try Runbook().run(
      """
      local t = setmetatable({}, { __pairs = function() return function(_, k) if not k then return 7, 8 end end end })
      for k, v in pairs(t) do return k + v end
      """)
    #expect(result.value == 15)
  }
}
