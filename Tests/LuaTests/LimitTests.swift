import Lua
import Testing
import Values

@Suite struct LimitTests {
  // MARK: Instructions and time

  static let endless = [
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "local function f() pcall(f) f() end f()",
    "while true do xpcall(function() while true do end end, function() while true do end end) end",
    "while true do pcall(error, 'x') end",
    "while true do local c <close> = setmetatable({}, { __close = function() while true do end end }) end",
    "pcall(function() local c <close> = setmetatable({}, { __close = function() while true do end end }) error('x') end)",
    "local t t = setmetatable({}, { __index = function(_, k) while true do end end }) pcall(function() return t.x end)",
    "while true do pcall(table.sort, { 1, 2, 3 }, function() while true do end end) end",
    "while true do pcall(string.gsub, 'xxx', 'x', function() while true do end end) end",
    "tostring(setmetatable({}, { __tostring = function() while true do end end }))",
    "for i = 1, math.huge do end",
    "::again:: goto again",
    "for k in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end",
    "step('s', function() while true do pcall(function() while true do end end) end end)",
    "local function f(...) return f(1, ...) end f()",
    "local function f() pcall(table.sort, { 1, 2 }, f) f() end f()",
    "require 'endless'",
    "while true do pcall(require, 'endless') end",
  ]

  @Test(arguments: endless) func theBudgetEndsWhatNoPcallCanSave(script: String) throws {
    var runbook = Runbook()
    runbook.modules["endless"] = "while true do end"
    runbook.limits.instructions = 50_000
    let result = try runbook.run("\n" + script)
    let error = try #require(result.error)
    #expect(error.kind == .budget)
    #expect(error.message == "ran 50000 instructions without a call to the host; is a loop endless?")
    #expect(["test.lua:2", "lib/endless.lua:1"].contains(error.place?.description))
    #expect(!result.calls.contains { $0.name == "step.failed" })
  }

  @Test func theBudgetBeginsAnewWithEachAnswer() throws {
    var runbook = Runbook()
    runbook.limits.instructions = 50_000
    let script = "for i = 1, 20 do for j = 1, 20000 do end test.echo() end return 'done'"
    #expect(try runbook.run(script).value == "done")
  }

  @Test(arguments: endless) func theTimeLimitEndsItToo(script: String) throws {
    var runbook = Runbook()
    runbook.modules["endless"] = "while true do end"
    runbook.limits.instructions = .max
    runbook.limits.time = .milliseconds(20)
    let error = try #require(try runbook.run("\n" + script).error)
    #expect(error.kind == .time)
    #expect(error.message == "ran for 0.02 seconds of processor time without a call to the host; is a loop endless?")
    #expect(["test.lua:2", "lib/endless.lua:1"].contains(error.place?.description))
  }

  @Test func aPatternThatNeverEndsEndsTheProcess() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(65), observing: [\.standardErrorContent]
    ) {
      var runbook = Runbook()
      runbook.limits.time = .milliseconds(50)
      _ = try runbook.run(
        """
        local function look()
          return pcall(string.find, ("a"):rep(40), ("a?"):rep(40) .. ("a"):rep(40))
        end
        while true do look() end
        """)
    }
    let line = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(
      line.hasSuffix(
        "test.lua:2: a library function did not return within 50 ms of processor time; "
          + "the program ends here, no effect was under way\n"))
  }

  @Test func aLibraryFunctionThatCountsForeverEndsTheProcess() async {
    await #expect(processExitsWith: .exitCode(65)) {
      var runbook = Runbook()
      runbook.limits.time = .milliseconds(50)
      _ = try runbook.run("while true do pcall(function() return (''):rep(1 << 60) end) end")
    }
    await #expect(processExitsWith: .exitCode(65)) {
      var runbook = Runbook()
      runbook.limits.time = .milliseconds(50)
      _ = try runbook.run("pcall(table.move, setmetatable({}, { __len = 1 }), 1, 1 << 60, 2)")
    }
  }

  // MARK: Depth

  @Test(arguments: [
    "local function f() return 1 + f() end f()",
    "local function f() return (f()) end f()",
    "local t = {} for i = 1, 300 do local inner = t t = setmetatable({}, { __index = function() return inner.x end }) end return t.x",
    "local function f(s) return (s:gsub('x', f)) end f('x')",
    "local function f() table.sort({ 1, 2 }, f) end f()",
    "local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()",
    "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x",
    "local t = setmetatable({}, {}) getmetatable(t).__tostring = tostring return tostring(t)",
    "local t = setmetatable({}, { __concat = function(a, b) return a .. b end }) return t .. t",
    "return select('#', table.unpack({}, 1, 1e7))",
    "return string.rep('x', 1 << 40)",
    "require 'parentheses'", "require 'tables'", "require 'functions'", "require 'concatenations'",
  ])
  func depthIsAnErrorAndTheInterpreterGoesOn(script: String) throws {
    var runbook = Runbook()
    runbook.modules = [
      "parentheses": "return " + String(repeating: "(", count: 100_000),
      "tables": "return " + String(repeating: "{", count: 100_000),
      "functions": String(repeating: "local function f() ", count: 100_000),
      "concatenations": "return 'a'" + String(repeating: " .. 'a'", count: 100_000),
    ]
    let interpreter = try runbook.interpreter()
    let result = runbook.run("\n" + script, in: interpreter)
    let error = try #require(result.error)
    #expect([.runtime, .memory, .syntax].contains(error.kind))
    #expect(error.place != nil)
    #expect(error.traceback.count <= 40)
    #expect(runbook.run("return (pcall(function() \(script) end))", in: interpreter).value == false)
    #expect(runbook.run("return test.echo(1)", in: interpreter).value == 1)
  }

  @Test func theTracebackOfARecursionIsCutInTheMiddle() throws {
    let error = try #require(try Runbook().run("local function f() return 1 + f() end\nf()").error)
    #expect(error.message.contains("stack overflow"))
    #expect(error.place?.line == 1)
    #expect(error.traceback.last?.place?.line == 2)
    #expect(error.traceback.contains { $0.place == nil && $0.description.hasSuffix("more calls") })
  }

  // MARK: Memory

  @Test(arguments: [
    "local t = {} while true do t[#t + 1] = {} end",
    "local s = 'x' while true do s = s .. s end",
    "return ('x'):rep(1 << 30)",
    "local t = {} for i = 1, 1e9 do t[i] = i end",
    "return table.concat({ ('x'):rep(3 << 20), ('y'):rep(3 << 20) })",
    "test.echo(('x'):rep(5 << 20))",
    "error(('x'):rep(5 << 20))",
  ])
  func theMemoryLimitIsAnErrorAndTheInterpreterGoesOn(script: String) throws {
    var runbook = Runbook()
    runbook.limits.memory = 8 << 20
    let interpreter = try runbook.interpreter()
    let error = try #require(runbook.run(script, in: interpreter).error)
    #expect(error.kind == .memory)
    #expect(error.place == SourcePlace(file: "test.lua", line: 1))
    #expect(error.message == "the script needs more memory than the 8192 KiB that it may use")
    #expect(runbook.run("return test.echo(1)", in: interpreter).value == 1)
    #expect(interpreter.close() == 0)
  }

  static let everything = """
    local params = runbook { name = "r", params = { hugepages = { type = "integer", default = 16 } } }
    phase "Memory"
    local m = require "m"
    print("loaded", m.name, {})
    local ok, message = pcall(test.fail, "no")
    local names = {}
    for key, value in pairs { z = 1, y = 2, x = 3, 10, 20 } do names[#names + 1] = key .. value end
    table.sort(names, function(a, b) return #a < #b or #a == #b and a < b end)
    local step_ok = pcall(step, "failing", function() error "again" end)
    local found = step("two", { doc = "D1", check = function() return true end }, function()
      return m.twice(test.echo { list = { 1, 2.5, "three", { four = true } }, text = ("x"):rep(1000) })
    end)
    return { ok, step_ok, table.concat(names, " "), #found.text, ("%5.1f|%s"):format(found.list[2], found.list[3]) }
    """
  static let modules = ["m": "local M = { name = 'm' } function M.twice(x) return test.echo(test.echo(x)) end return M"]

  /// Runs everything once. The interpreter's memory is all given back whatever happened.
  private func attempt(_ limits: Limits, then last: String) throws -> Runbook.Result? {
    var runbook = Runbook()
    runbook.limits = limits
    runbook.modules = Self.modules
    do {
      let interpreter = try runbook.interpreter()
      let result = runbook.run(Self.everything + last, in: interpreter)
      if let check = interpreter.start(.check, ofStep: "two") { _ = runbook.finish(check, in: interpreter) }
      #expect(interpreter.close() == 0)
      return result
    } catch {
      #expect(error.kind == .memory, "\(error)")
      return nil
    }
  }

  private static let good: Value = [false, false, "x3 y2 z1 110 220", 1000, "  2.5|three"]

  @Test(arguments: [1, 2, .max] as [UInt64])
  func eachAllocationMayFailOnce(count: UInt64) throws {
    var limits = Limits()
    limits.failingCount = count
    var failures = 0
    var withoutFailure = 0
    // Near the end of the run, an allocation may be the last; beyond it nothing fails any more.
    while withoutFailure < 50 {
      limits.failingAllocation += 1
      let result = try attempt(limits, then: "")
      if result?.value == Self.good {
        withoutFailure += 1
        continue
      }
      withoutFailure = 0
      failures += 1
      guard let result else { continue }
      // What the script caught itself is a value that differs; all else is the memory error.
      if let error = result.error {
        let isExpected = error.kind == .memory || error.message.contains("stack overflow")
        #expect(isExpected, "\(limits.failingAllocation): \(error)")
      }
    }
    #expect(failures > (count == 1 ? 5 : 1000))
  }

  @Test func eachMemoryLimitUpToEnoughIsAnError() throws {
    var limits = Limits()
    limits.memory = 0
    var result: Runbook.Result?
    while result?.value != Self.good {
      limits.memory += 512
      result = try attempt(limits, then: "")
      if let error = result?.error { #expect(error.kind == .memory, "\(limits.memory): \(error)") }
      try #require(limits.memory < 1 << 20)
    }
    #expect(limits.memory > 32 << 10)
  }
}
