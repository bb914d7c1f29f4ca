import MachineModel
import Testing
import Values

@testable import Engine

/// A step is one thing with one name, whatever the script around it catches.
@Suite struct StepRules {
  @Test(arguments: [
    ("function() return print end", "{}"),
    ("function() local t = {} t.t = t return t end", "{}"),
    ("function() end", "{ check = function() return false end }"),
  ]) func aStepThatCannotEndIsOverWhenTheScriptCatchesIt(body: String, options: String) async throws {
    let bench = try Bench(
      Bench.header
        + "local ok, why = pcall(step, 'a', \(options), \(body)) step('b', function() note(tostring(ok)) end)")
    let error = await bench.run().error
    #expect(error == nil, "\(error.map { "\($0)" } ?? "")")
    #expect(bench.history.steps["a"]?.result == .failed)
    #expect(bench.history.steps["a"]?.isCompleted == false)
    #expect(bench.notes == ["false"])
  }

  @Test(arguments: ["return print", "local t = {} t.t = t return t", "return { [print] = 1 }", "return { { print } }"])
  func aValueThatIsNoDataFailsTheStepAndSaysWhere(body: String) async throws {
    let bench = try Bench(Bench.header + "step('a', function()\n\(body)\nend)")
    let error = await bench.run().error
    guard case RunError.failed(let text, _)? = error else { throw Unexpected(error) }
    #expect(text.hasPrefix("test.lua:2") && text.contains("step"), "\(text)")
    #expect(bench.history.steps["a"]?.isCompleted == false)
  }

  @Test(arguments: [
    "{ 1, 2, 3 }", "{ a = { b = { 1.5, true, 'x' } } }", "1/0", "-1/0", "'\\xff\\0\\x80'", "math.mininteger", "{ }",
    "{ [1] = 'a', [2] = 'b' }", "'\\u{1F600}'", "2^53", "false",
  ]) func aResumedRunSeesTheSameValueAsTheFirst(value: String) async throws {
    let describe = """
      local function show(v)
        if type(v) ~= 'table' then return math.type(v) and math.type(v) .. string.format('%q', v) or type(v) .. string.format('%q', v) end
        local s = '{'
        for k, e in pairs(v) do s = s .. show(k) .. '=' .. show(e) .. ';' end
        return s .. '}'
      end

      """
    let bench = try Bench(
      Bench.header + describe
        + "local v = step('a', function() return \(value) end) step('b', function() note(show(v)) error 'stop' end)")
    #expect(await bench.run().error != nil)
    // As it stands in a journal.
    let entries = try bench.log.entries.map {
      Entry(
        sequence: $0.sequence, time: 0, kind: $0.kind, fields: try Value(json: Value.map($0.fields).json).map ?? [:])
    }
    let again = try Bench("", machine: bench.machine)
    again.scripts = bench.scripts
    for entry in entries { _ = try again.log.append(entry.kind, entry.fields) }
    #expect(await again.resume().error != nil)
    #expect(again.notes.count == 2)
    #expect(again.notes.first == again.notes.last)
  }

  /// An option that is not what it looks like would be ignored in silence, and a boot step be lost with the next reboot.
  @Test(arguments: [
    "boot = 'yes'", "boot = 1", "irreversible = true", "irreversible = ''", "doc = 1", "check = true",
    "rollback = 'no'",
  ]) func anOptionOfTheWrongTypeIsRefused(option: String) async throws {
    let bench = try Bench(Bench.header + "step('a', { \(option) }, function() end)")
    let error = await bench.run().error
    guard case RunError.wrong(let text)? = error else { throw Unexpected(error) }
    #expect(text.hasPrefix("test.lua:2: step 'a'") && text.contains(option.split(separator: " ")[0]), "\(text)")
  }

  @Test(arguments: [
    "ends = 'other'", "ends = { 1 }", "params = { a = { type = 'integer', min = '1' } }",
    "params = { a = { type = 'string', values = 'on' } }", "params = { a = { type = 'string', values = { 1 } } }",
    "params = { a = { type = 'string', min = 1 } }", "params = { a = { type = 'integer', doc = 1 } }",
    "summary = 1", "api = 0", "api = 'one'", "name = 1",
  ]) func aHeaderFieldOfTheWrongTypeIsRefused(field: String) async throws {
    let source =
      field.hasPrefix("name")
      ? "runbook { \(field), version = '1' }" : "runbook { name = 'x', version = '1', \(field) }"
    let bench = try Bench(source + " step('a', function() end)")
    let error = await bench.run(field.hasPrefix("params") ? ["a": field.contains("integer") ? 1 : "on"] : [:]).error
    guard case RunError.wrong(let text)? = error else { throw Unexpected(error) }
    #expect(text.hasPrefix("test.lua:1: "), "\(text)")
  }

  @Test(arguments: ["a\nb", "a\u{1b}[31mb", "ä ö", "..", "a/b", "\"", "x".padding(1000)])
  func aStepMayHaveAnyName(name: String) async throws {
    let literal = Value.string(name).luaText
    let bench = try Bench(Bench.header + "step(\(literal), function() net.up 'ens787f0' end)")
    #expect(await bench.run().error == nil)
    #expect(bench.history.stepNames == [name])
    #expect(await bench.rollback().leftovers.isEmpty)
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  @Test func aCheckpointOfTheSameNameStandsTwice() async throws {
    let bench = try Bench(
      Bench.header + "step('a', function() end) checkpoint 'c' step('b', function() end) checkpoint 'c'")
    let error = await bench.run().error
    guard case RunError.wrong(let text)? = error else { throw Unexpected(error) }
    #expect(text.contains("the checkpoint 'c' stands twice"))
  }

  @Test(arguments: ["for _ = 1, 10 do pcall(step, 'a', function() error 'no' end) end", "pcall(step, 'a')"])
  func pcallAroundEverythingHidesNoContradiction(body: String) async throws {
    let bench = try Bench(Bench.header + body)
    let error = await bench.run().error
    if body.hasPrefix("for") {
      guard case RunError.wrong? = error else { throw Unexpected(error) }
    } else {
      #expect(error == nil)
    }
    #expect(bench.log.entries.last?.kind == .runFinished)
  }

  @Test func anErrorOutsideOfStepsIsTheRunbooksWhateverWasCaughtBefore() async throws {
    let bench = try Bench(
      Bench.header + "pcall(step, 'a', function() net.up 'eth9' end)\nlocal x = nil + 1")
    let error = await bench.run().error
    guard case RunError.wrong(let text)? = error else { throw Unexpected(error) }
    #expect(text.hasPrefix("test.lua:3"))
  }

  /// What the machine refused stays that, also where the script raises it once more.
  @Test func aFailureThatIsRaisedAgainIsTheSteps() async throws {
    let bench = try Bench(
      Bench.header + "local ok, why = pcall(step, 'a', function() net.up 'eth9' end)\nerror(why, 0)")
    let error = await bench.run().error
    guard case RunError.failed(let text, _)? = error else { throw Unexpected(error) }
    #expect(text.contains("eth9"))
  }

  @Test func aSecretIsNoValueOfAStep() async throws {
    let bench = try Bench(
      """
      local p = runbook { name = 'x', version = '1', params = { token = { type = 'secret', default = 'file:/etc/token' } } }
      step('a', function() return { p.token } end)
      """)
    let error = await bench.run().error
    guard case RunError.failed(let text, _)? = error else { throw Unexpected(error) }
    #expect(text.contains("secret"))
  }

  /// `token: 12345` in site.yaml is the secret itself.
  @Test(arguments: [12345, 12.5, ["hunter2"], ["a": "hunter2"], true] as [Value])
  func aSecretGivenInsteadOfItsSourceIsNotRepeated(value: Value) async throws {
    let bench = try Bench(
      "runbook { name = 'x', version = '1', params = { token = { type = 'secret' } } } step('a', function() end)")
    let text = "\(try #require(await bench.run(["token": value]).error))"
    #expect(text.contains("never the secret"), "\(text)")
    #expect(!text.contains("12345") && !text.contains("12.5") && !text.contains("hunter2"), "\(text)")
  }
}

extension String {
  fileprivate func padding(_ count: Int) -> String { String(repeating: self, count: count) }
}
