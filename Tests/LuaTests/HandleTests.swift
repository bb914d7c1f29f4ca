import Lua
import Testing
import Values

@Suite struct HandleTests {
  private func run(_ script: String, kind: String) throws -> Runbook.Result {
    var runbook = Runbook()
    runbook.answers = { $0.name == "sysfs.read" ? .handle(Handle(kind: kind, id: 3)) : $0.arguments.first ?? nil }
    return try runbook.run("local h, other = sysfs.read(), sysfs.read()\n" + script)
  }

  static let uses = [
    ("return h.x", "indexed"), ("h.x = 1", "changed"), ("return h()", "called"), ("return h .. 'x'", "joined to text"),
    ("return 'x' .. h", "joined to text"), ("return #h", "measured"), ("return h < 1", "compared"),
    ("return 1 >= h", "compared"), ("return h == other", "compared"), ("return h + 1", "calculated with"),
    ("return 2 // h", "calculated with"), ("return -h", "calculated with"), ("return ~h", "calculated with"),
    ("for _ in pairs(h) do end", "gone through"), ("for _ in ipairs(h) do end", "indexed"),
    ("return tostring(h)", "used as text"), ("return ('%s'):format(h)", "used as text"), ("print(h)", "used as text"),
    ("note(h)", "used as text"),
  ]

  @Test(arguments: uses)
  func aSecretCannotBeLookedInto(script: String, use: String) throws {
    #expect(try run(script, kind: "secret").error?.description == "test.lua:2: a secret cannot be \(use)")
    #expect(try run("return (pcall(function() \(script) end))", kind: "secret").value == false)
  }

  @Test(arguments: uses)
  func theUseOfAnUnknownValueEndsTheScript(script: String, use: String) throws {
    let result = try run("while true do pcall(function() \(script) end) end", kind: "unknown")
    #expect(result.error?.kind == .unknownValue)
    #expect(result.error?.description == "test.lua:2: a value that only the run can know cannot be \(use) here")
  }

  @Test func aSecretShowsNothing() throws {
    let result = try run("return { type(h), getmetatable(h), (pcall(setmetatable, h, {})) }", kind: "secret")
    #expect(result.value == ["userdata", false, false])
  }

  @Test func aHandleCannotBeForged() throws {
    #expect(try run("return { ['$handle'] = 3 }", kind: "secret").value == ["$handle": 3])
  }
}
