import Lua
import Testing
import Values

@Suite struct CrossingTests {
  @Test(
    arguments: [
      .null, true, false, 0, -1, .integer(.max), .integer(.min), 0.5, .float(1), .float(-0.0), .float(.infinity), "",
      "é\0x",
      .bytes([0xff, 0, 0xfe]), [1, 2, 3], [[1], ["a": [nil, true]]], ["": "", "a": nil, "b": ["c": 1]],
      .handle(Handle(kind: "secret", id: 42)), ["h": .handle(Handle(kind: "unknown", id: -1))],
    ] as [Value])
  func aValueComesBackAsItWas(value: Value) throws {
    var runbook = Runbook()
    runbook.answers = { $0.name == "sysfs.read" ? value : nil }
    let result = try runbook.run("local v = sysfs.read()\ntest.echo(v)\nreturn v")
    #expect(result.calls.last?.arguments == [value])
    #expect(result.value == value)
  }

  @Test func integersAndFloatsStayApart() throws {
    let result = try Runbook().run("return { test.echo(1), test.echo(1.0), 2^53, 10 // 3, 1e308 * 10 }")
    #expect(result.value == [1, .float(1), .float(9_007_199_254_740_992), 3, .float(.infinity)])
    #expect(try Runbook().run("return math.type(test.echo(1.0)) .. math.type(test.echo(1))").value == "floatinteger")
  }

  @Test func mapsCrossInTheOrderOfTheirKeys() throws {
    let result = try Runbook().run("local t = {} for i = 20, 1, -1 do t['k' .. i] = i end return t")
    #expect(try #require(result.value?.map).keys.elements == (1...20).map { "k\($0)" }.sorted())
  }

  @Test func anEmptyTableIsAnEmptyMap() throws {
    #expect(try Runbook().run("return test.echo {}").calls.first?.arguments == [[:]])
  }

  @Test(
    arguments: [
      ("local t = { a = {} } t.a.t = t", "arguments.a.t is cyclic: it is one of the tables that contain it"),
      (
        "local t = { spec = { containers = { 1, 2, nil, 4 } } }",
        "arguments.spec.containers[3] is missing: the array has a hole there"
      ),
      (
        "local t = { spec = { containers = { 'a', name = 'b' } } }",
        "arguments.spec.containers is mixed: it has both named fields and array elements"
      ),
      ("local t = { a = { [0] = 1 } }", "arguments.a has an index below 1; arrays begin at 1"),
      (
        "local t = { a = { [1.5] = 1 } }",
        "arguments.a has a key that is a number; keys are texts, or the indices of an array"
      ),
      (
        "local t = { a = { [true] = 1 } }",
        "arguments.a has a key that is a boolean; keys are texts, or the indices of an array"
      ),
      ("local t = { 1, { f = print } }", "arguments[2].f is a function; only plain data can cross"),
      ("local t = print", "arguments is a function; only plain data can cross"),
      ("local t = { a = setmetatable({}, {}) }", "arguments.a has a metatable; only plain tables can cross"),
      ("local t = { a = { ['\\xff'] = 1 } }", "arguments.a.\u{fffd} has a name that is not UTF-8"),
      (
        "local t = 1 for i = 1, 70 do t = { t } end",
        "arguments\(String(repeating: "[1]", count: 64)) is nested too deeply"
      ),
    ])
  func whatIsNoPlainTreeIsRefusedWithThePath(script: String, message: String) throws {
    let result = try Runbook().run("\(script)\nsysfs.write(t)")
    #expect(result.calls == [])
    #expect(result.error?.description == "test.lua:2: sysfs.write: " + message)
    #expect(try Runbook().run("\(script)\nreturn (pcall(sysfs.write, t))").value == false)
  }

  @Test func oneOfSeveralArgumentsIsNamedByItsNumber() throws {
    let error = try Runbook().run("sysfs.write('a', { b = print })").error
    #expect(error?.message == "sysfs.write: arguments[2].b is a function; only plain data can cross")
  }

  @Test func theSameTableTwiceIsNoCircle() throws {
    #expect(try Runbook().run("local a = { 1 } return { x = a, y = a }").value == ["x": [1], "y": [1]])
  }

  @Test func whatGrowsBeyondTheLimitIsRefused() throws {
    // Forty tables that are a tree of 2^40 leaves.
    let error = try Runbook().run("local t = { 1 } for i = 1, 40 do t = { t, t } end test.echo(t)").error
    #expect(error?.message == "test.echo: arguments: too large, at most 33554432 bytes can cross")
    #expect(error?.place?.line == 1)
  }

  @Test func aResultThatCannotCrossIsAnError() throws {
    #expect(
      try Runbook().run("return { f = print }").error?.message
        == "return: result.f is a function; only plain data can cross")
  }

  @Test func stringsOfTenMegabytesCross() throws {
    let result = try Runbook().run(
      """
      local s = ("0123456789"):rep(1024 * 1024)
      local back = test.echo { s = s }
      return { #back.s, back.s == s, test.echo("é" .. s) == "é" .. s }
      """)
    #expect(result.value == [.integer(10 << 20), true, true])
  }

  @Test func anAnswerTooDeepOrTooLargeIsAnErrorInTheScript() throws {
    var runbook = Runbook()
    runbook.answers = { _ in (0..<200).reduce(1) { value, _ in [value] } }
    #expect(try runbook.run("test.echo()").error?.message == "the value is nested too deeply for Lua")
    runbook.limits.memory = 4 << 20
    runbook.answers = { _ in .string(String(repeating: "x", count: 8 << 20)) }
    #expect(try runbook.run("test.echo()").error?.kind == .memory)
    #expect(try runbook.run("return { pcall(test.echo) }").value == [false, "not enough memory"])
  }
}
