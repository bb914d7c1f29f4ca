import Testing
import Values

@testable import Lint

@Suite struct ScopeTests {
  private func scopes(_ text: String) throws -> Scopes { ScopePass.run(try SyntaxTree(Array(text.utf8), file: "x")) }

  @Test(arguments: [
    ("local a = a", ["a"]), ("local a = 1 local function f() return a end f()", []),
    ("local function f() return f end", []),
    ("local f = function() return f end", ["f"]), ("do local a = 1 end return a", ["a"]),
    ("for i = i, 2 do print(i) end", ["i", "print"]),
    ("for k, v in k do f(k, v) end v()", ["k", "f", "v"]), ("repeat local a = 1 until a", []),
    ("while a do local a = 1 end", ["a"]),
    ("function t.f(a) return self, a end", ["t", "self"]), ("function t:f(a) return self, a end", ["t"]),
    ("local a <const> = 1 local a = a return a", []), ("if x then local a = 1 else return a end", ["x", "a"]),
    ("return { a = 1, [b] = c, d }", ["b", "c", "d"]), ("a.b[c]:d(e)", ["a", "c", "e"]),
    ("return a + b * c .. d", ["a", "b", "c", "d"]),
  ]) func namesMeanWhatLuaMeans(text: String, globals: [String]) throws {
    #expect(try scopes(text).globalReads.map(\.name.text).sorted() == globals.sorted(), "\(text)")
  }

  @Test func usesOfAVariableAreTold() throws {
    let found = try scopes("local t = {}\nt.a = 1\nt.b.c = 2\nlocal function f() t = t.d end\nreturn f, t[1]")
    let variable = found.variables[0]
    #expect(variable.changes.map(\.field) == ["a"])
    #expect(variable.reads.map(\.field) == ["b", "d", nil])
    #expect(variable.writes.map(\.function) == [1])
  }

  @Test func callsAreNamed() throws {
    let found = try scopes(
      """
      local apply, m = kube.apply, {}
      local again = apply
      function m.f() end
      apply {} again {} m.f() kube.get().x() file["read"]()
      """)
    #expect(
      found.calls.map { found.path(of: $0)?.global } == ["kube.apply", "kube.apply", nil, "kube.get", nil, "file.read"])
    #expect(found.calls.map { found.path(of: $0).flatMap(found.function(at:)) } == [nil, nil, 1, nil, nil, nil])
  }

  @Test func branchesExcludeEachOther() throws {
    let calls = try scopes("if a then b() elseif c() then d() else if e then f() end g() end h()").calls
    func excludes(_ one: Int, _ other: Int) -> Bool { calls[one].excludes(calls[other]) }
    // b, c, d, f, g, h
    #expect(excludes(0, 2) && excludes(0, 3) && excludes(2, 4))
    #expect(!excludes(0, 1) && !excludes(3, 4) && !excludes(0, 5))
  }
}
