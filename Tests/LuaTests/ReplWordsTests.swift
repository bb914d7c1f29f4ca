import Lua
import Testing
import Values

/// What the lines of the repl have that scripts do not.
@Suite struct ReplWordsTests {
  private func interpreter() throws -> Interpreter {
    try Interpreter(primitives: ["sysfs.read", "sysfs.write"], library: Library(), dialect: .repl)
  }

  @Test func whatIsAssignedToStays() throws {
    let interpreter = try interpreter()
    #expect(Runbook().run("x = 1 function f() return x + 1 end", in: interpreter).error == nil)
    #expect(Runbook().run("x = x + 1", in: interpreter).error == nil)
    #expect(Runbook().run("return f()", in: interpreter).value == 3)
  }

  @Test func theLanguageStaysAsItIs() throws {
    let interpreter = try interpreter()
    for name in ["print", "sysfs", "show", "step"] {
      let error = try #require(Runbook().run("\(name) = 1", in: interpreter).error)
      #expect(error.message == "'\(name)' belongs to the language and cannot be replaced")
    }
    #expect(Runbook().run("y = z", in: interpreter).error?.message == "unknown global 'z'")
  }

  @Test(arguments: [
    ("1, nil, 'a\"b\\n'", "1\tnil\t\"a\\\"b\\n\""), ("{}", "{}"),
    ("{ 1, 2, a = { b = true } }", "{ 1, 2, a = { b = true } }"),
    ("{ ['a-b'] = 1, [false] = 2, ['end'] = 3, [5] = 4 }", "{ [5] = 4, [\"a-b\"] = 1, [\"end\"] = 3, [false] = 2 }"),
    ("'\\xff\\1'", "\"\\255\\001\""), ("print", "function"), ("null", "null"),
    ("sysfs", "{ read = function, write = function }"),
    ("(function() local t = { 1 } t.t = t return t end)()", "{ 1, t = { … } }"),
    (
      "{ ('x'):rep(60), { a = ('y'):rep(60) } }",
      "{\n  \"\(String(repeating: "x", count: 60))\",\n  { a = \"\(String(repeating: "y", count: 60))\" },\n}"
    ),
  ]) func valuesAreShownAsLua(expression: String, text: String) throws {
    #expect(try Runbook().run("return show(\(expression))", in: interpreter()).value == .string(text))
  }

  @Test func noValueIsNotNil() throws {
    #expect(try Runbook().run("return show()", in: interpreter()).value == .null)
    #expect(try Runbook().run("return show(nil)", in: interpreter()).value == "nil")
  }
}
