import Lua
import Testing
import Values

/// The words of test files, with a host that only says what rehearsals come to.
@Suite struct TestWordsTests {
  /// What `rehearse` is answered.
  private static let rehearsal: Value = [
    "id": 7, "result": "failed", "error": "no room",
    "effects": [
      ["step": "a", "primitive": "sysfs.write", "target": "/x", "result": "changed", "before": ["value": "0"]],
      ["step": "b", "primitive": "sysfs.write", "target": "/y", "result": "held"],
    ],
    "objects": [["kind": "Pod", "metadata": ["name": "vsr", "labels": ["a", "b"]]]],
    "steps": [["name": "a", "result": "changed"], ["name": "b", "result": "ok"], ["name": "a", "result": "ok"]],
    "events": [["type": "note", "text": "hello"]],
  ]

  private func host() -> Runbook {
    Runbook(answers: { call in
      switch call.name {
      case "test.rehearse": call.arguments.first?["step"] == true ? ["step": true] : Self.rehearsal
      case "test.end": ["id": 8, "result": "done", "value": call.arguments.first?["value"] ?? nil, "effects": []]
      case "test.difference": "DIFFERENCE"
      case "test.snapshot": call.arguments.first?["name"] == "known" ? nil : "ANOTHER"
      default: call.arguments.first ?? nil
      }
    })
  }

  private func interpreter() throws -> Interpreter {
    try Interpreter(primitives: ["sysfs.read"], library: Library(), dialect: .test)
  }

  /// Runs the body of one test. The error's text, nil if it passes.
  private func failure(_ body: String) throws -> String? {
    let interpreter = try interpreter()
    let host = host()
    let loaded = host.run("it('t', function()\n\(body)\nend)", in: interpreter)
    if let error = loaded.error { return "not loaded: \(error)" }
    let outcome = try #require(interpreter.start(.test, ofStep: "1"))
    return host.finish(outcome, in: interpreter).error?.description
  }

  @Test func testsAreToldWithTheDescriptionsAroundThem() throws {
    let interpreter = try interpreter()
    let result = host().run(
      """
      describe("a", function()
        it("one", function() error("run") end)
        describe("b", function() it("two", function() end) end)
      end)
      it("three", function() end)
      """, in: interpreter)
    #expect(result.error == nil)
    #expect(result.arguments("test.it").map { $0["name"]?.string } == ["a > one", "a > b > two", "three"])
    #expect(result.calls.map(\.place.line) == [2, 3, 5])
    guard case .failed(let error)? = interpreter.start(.test, ofStep: "1") else { throw Unexpected() }
    #expect(error.description == "test.lua:2: run")
    #expect(interpreter.start(.test, ofStep: "2") == .finished(nil))
    #expect(interpreter.start(.test, ofStep: "4") == nil)
  }

  private struct Unexpected: Error {}

  @Test(arguments: [
    "expect(1).equals(1) expect(1).equals(1.0) expect(nil).equals(nil)",
    "expect({ 1, { a = 'x' } }).equals { 1, { a = 'x' } }",
    "local t = {} t.t = t local u = {} u.t = u expect(t).equals(u)",
    "expect('abc').matches '^a.c$' expect('abc').never.matches 'd'",
    "expect('a.c').contains '.' expect({ 'a', 'b' }).contains 'b' expect({ { a = 1, b = 2 } }).contains { a = 1 }",
    "expect({ { 1, 2 } }).never.contains { 1 }",
    "expect(function() error 'no way' end).fails 'way' expect(function() end).never.fails()",
    "expect(function() expect(1).equals(2) end).fails 'expected 2'",
    "expect(rehearse { machine = 'm' }).ends 'failed' expect(rehearse {}).ends('failed', 'room')",
    "expect(rehearse {}).has_effect { target = '/x', before = { value = '0' } }",
    "expect(rehearse {}).has_effect { target = function(text) return text:find '^/' end, after = null }",
    "expect(rehearse {}).never.has_effect { target = '/x', result = 'held' }",
    "expect(rehearse {}).has_object { kind = 'Pod', metadata = { labels = { 'a', 'b' } } }",
    "expect(rehearse {}).never.has_object { metadata = { labels = { 'a' } } }",
    "expect(rehearse {}).has_event { text = 'hello' }",
    "expect(rehearse {}).matches_snapshot 'known'",
    "local run = rehearse {} expect(run.step 'a'.result).equals 'ok' expect(run.step 'c').equals(nil)",
    "local run = rehearse {} expect(run.object('Pod', 'vsr').kind).equals 'Pod' expect(run.object('Pod', 'x')).equals(nil)",
    "expect(rehearse {}.effect { step = 'b' }.target).equals '/y'",
    "expect(rehearse {}.value).equals(nil)",
    "expect(rehearse { step = function() return { 1 } end }.value).equals { 1 }",
    "expect(rehearse {}.look(function() return 5 end)).equals(5)",
  ]) func whatHoldsPasses(body: String) throws {
    #expect(try failure(body) == nil)
  }

  @Test(arguments: [
    ("expect(1).equals(2)", "test.lua:2: expected 2\n     got 1"),
    ("expect({ a = 'x\\ny', [3] = print }).equals(nil)", "got { [3] = function, a = \"x\\ny\" }"),
    ("expect(1).never.equals(1)", "expected anything but 1\n     got 1"),
    ("expect('a\\nb').equals 'a\\nc'", "expected (-) and got (+) differ:\nDIFFERENCE"),
    ("expect('abc').matches 'd'", "expected a text that matches \"d\"\n     got \"abc\""),
    ("expect(nil).matches 'd'", "got nil"),
    ("expect({ 1 }).contains(2)", "expected something that contains 2\n     got { 1 }"),
    ("expect(function() end).fails 'x'", "expected an error with the text \"x\"\n     got none"),
    ("expect(function() error 'y' end).fails 'x'", "got the error: test.lua:2: y"),
    ("expect(1).fails()", "fails: expect(…): expected a function, got number"),
    ("expect(rehearse {}).ends 'done'", "expected a run that ended done\n     got one that ended failed: no room"),
    ("expect(rehearse {}).ends 'don'", "no run ends 'don'; did you mean 'done'?"),
    (
      "expect(rehearse {}).has_effect { primitive = 'sysfs.write', target = '/z' }",
      "expected an effect like { primitive = \"sysfs.write\", target = \"/z\" }\n     got\n       a: sysfs.write /x: changed\n       b: sysfs.write /y: held"
    ),
    ("expect(rehearse {}).has_effect { targt = 'x' }", "has_effect: an effect has no 'targt'; did you mean 'target'?"),
    ("expect(rehearse {}).has_object { kind = 'Node' }", "got\n       Pod vsr"),
    ("expect({}).has_effect {}", "has_effect: expected what rehearse answers in expect(…), got another table"),
    ("expect(rehearse {}).matches_snapshot 'new'", "test.lua:2: ANOTHER"),
    ("expect(1).equal(1)", "no expectation 'expect(…).equal'; did you mean 'expect(…).equals'?"),
    ("expect(1)", "an expect(…) asks for nothing"),
    ("return rehearse {}.efects", "a rehearsal has no 'efects'; did you mean 'effects'?"),
    ("it('in', function() end)", "it 'in' stands inside it(…)"),
    ("describe('in', function() end)", "describe 'in' stands inside it(…)"),
    ("rehearse(1)", "rehearse: expected a table, got number"),
    ("rehearse { step = 1 }", "rehearse: step: expected a function, got number"),
    ("rehearse { step = function() return print end }", "rehearse: the step's result.value is a function"),
  ]) func whatDoesNotHoldSaysWhatWasExpectedAndWhatWasGot(body: String, text: String) throws {
    let failure = try #require(try failure(body))
    #expect(failure.contains(text), "\(failure)")
    #expect(failure.hasPrefix("test.lua:2: ") || body == "expect(1)")
  }

  @Test func aRehearsalIsAskedForWithPlainData() throws {
    let host = host()
    let interpreter = try interpreter()
    let result = host.run(
      """
      local first = rehearse { runbook = "r", params = { a = 1 } }
      local second = rehearse { machine = first, step = function() sysfs.read("x") end }
      return { first.result, second.result }
      """, in: interpreter)
    #expect(result.value == ["failed", "done"])
    #expect(
      result.arguments("test.rehearse") == [["params": ["a": 1], "runbook": "r"], ["after": 7, "step": true]])
    #expect(result.calls.map(\.name) == ["test.rehearse", "test.rehearse", "sysfs.read", "test.end"])
  }

  @Test func aStepsErrorIsItsEnd() throws {
    let result = try host().run("rehearse { step = function() error('no') end }", in: interpreter())
    #expect(result.error == nil)
    #expect(result.arguments("test.end") == [["message": "test.lua:1: no"]])
  }

  @Test func aStepRunsAgainAfterAReboot() throws {
    var ends = 0
    let host = Runbook(answers: { call in
      guard call.name == "test.end" else { return ["step": true] }
      ends += 1
      return ends < 3 ? ["step": true] : ["id": 1, "result": "done"]
    })
    #expect(try host.run("return rehearse { step = function() end }.result", in: interpreter()).value == "done")
    #expect(ends == 3)
  }

  @Test func theWordsAreThoseOfTestsOnly() throws {
    let interpreter = try interpreter()
    for word in Language.testWords {
      #expect(host().run("return type(\(word))", in: interpreter).value == "function", "\(word)")
      let error = try #require(try Runbook().run("return \(word)").error)
      #expect(error.message.hasPrefix("unknown global '\(word)'"))
    }
  }
}
