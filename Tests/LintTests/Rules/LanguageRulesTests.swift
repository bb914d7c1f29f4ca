import Lua
import Testing

/// Names: globals, locals, members of libraries and modules.
@Suite struct LanguageRulesTests {
  static let examples = [
    Example(
      "syntax", bad: "local x = = 1", "1:11: syntax: expected a value, got '='", good: "local _x = 1"),
    Example(
      "syntax", bad: "for _ = 1, 2 do\n  goto there\nend", "3:1: syntax: no visible label 'there' for <goto> at line 2",
      good: "for _ = 1, 2 do\n  goto there\n  ::there::\nend"),
    Example(
      "unknown-global", bad: "ptint 'x'", "1:1: unknown-global: unknown global 'ptint'; did you mean 'print'?",
      good: "print 'x'"),
    Example(
      "unknown-global", bad: "local function f(portt)\n  return port .. portt\nend\nreturn f",
      "2:10: unknown-global: unknown global 'port'; did you mean 'portt'?",
      good: "local function f(port)\n  return port .. port\nend\nreturn f"),
    Example(
      "unknown-global", bad: "return quite_other",
      "1:8: unknown-global: unknown global 'quite_other'; declare it: local quite_other",
      good: "local quite_other = 1\nreturn quite_other"),
    Example(
      "unknown-global", bad: "describe('x', function() end)",
      "1:1: unknown-global: 'describe' is a word of tests; name the file …_test.lua", good: "note 'x'"),
    Example(
      "global-assignment", bad: "x = 1", "1:1: global-assignment: 'x' would become a global; write local before it",
      good: "local x = 1\nreturn x"),
    Example(
      "global-assignment", bad: "function x() end",
      "1:10: global-assignment: 'x' would become a global; write local before it",
      good: "local function x() end\nreturn x"),
    Example(
      "global-assignment", bad: "print = 1",
      "1:1: global-assignment: 'print' belongs to the language and cannot be replaced; take another name, and write local before it",
      good: "local shown = 1\nreturn shown"),
    Example(
      "global-assignment", bad: "string.trim = 1",
      "1:1: global-assignment: 'string' cannot be changed; put it into a table of your own",
      good: "local text = {}\ntext.trim = 1\nreturn text"),
    Example(
      "unused-local", bad: "local x = 1", "1:7: unused-local: the local 'x' is never used; take it out, or call it _x",
      good: "local _x = 1"),
    Example(
      "unused-local", bad: "local x\nx = 1",
      "1:7: unused-local: the local 'x' is assigned to, but never read; take it out, or call it _x",
      good: "local x\nx = 1\nreturn x"),
    Example(
      "unused-local", bad: "local function f() end",
      "1:16: unused-local: the local function 'f' is never used; take it out, or call it _f",
      good: "local function f() end\nf()"),
    Example(
      "unknown-member", bad: "return string.formt('x')",
      "1:15: unknown-member: 'string' has no 'formt'; did you mean 'format'?", good: "return string.format('x')"),
    Example(
      "unknown-member", bad: "return ('x'):lowr()",
      "1:14: unknown-member: 'string' has no 'lowr'; did you mean 'lower'?",
      good: "return ('x'):lower()"),
    Example(
      "unknown-member", bad: "local m = require 'vsr.m'\nreturn m.fidn()",
      "2:10: unknown-member: 'm' has no 'fidn'; did you mean 'find'?",
      good: "local m = require 'vsr.m'\nm.own = 1\nreturn m.find() + m.ONE + m.own"),
    Example(
      "unknown-module", bad: "return require 'vsr.n'",
      "1:16: unknown-module: there is no module 'vsr.n'; did you mean 'vsr.m'?",
      good: "return require 'vsr.m'"),
    Example(
      "unknown-module", bad: "return require 'ours.big'",
      "1:16: unknown-module: there is no module 'ours.big'; a site's module is the file lib/ours/big.lua",
      good: "local name = 'big'\nreturn require(name:rep(2))"),
    Example(
      "unknown-rule", bad: "x = 1 -- vsrrun: allow global-asignment",
      "1:1: global-assignment: 'x' would become a global; write local before it",
      "1:7: unknown-rule: there is no rule 'global-asignment' to allow; did you mean 'global-assignment'?",
      good: "x = 1 -- vsrrun: allow global-assignment"),
    Example(
      "unknown-rule", bad: "-- vsrrun: alow unused-local",
      "1:1: unknown-rule: vsrrun does not know what this comment asks for; the form is `-- vsrrun: allow RULE`",
      good: "-- vsrrun allows much"),
  ]

  @Test(arguments: examples) func isFound(example: Example) throws {
    try example.hold(
      Bench(modules: ["vsr.m": "local m = { ONE = 1 }\nfunction m.find() return 1 end\nreturn m"]))
  }

  @Test func theWordsOfTestsAreKnownInTests() throws {
    for word in Language.testWords {
      #expect(try Bench().check("\(word)()", name: "lib/x_test.lua") == [])
      #expect(
        try Bench().check("\(word)()", name: "lib/x.lua") == [
          "lib/x.lua:1:1: unknown-global: '\(word)' is a word of tests; name the file …_test.lua"
        ])
    }
  }

  @Test func whatAModuleMakesOnlyWhenItRunsIsNotJudged() throws {
    for module in [
      "local m = {} for _, k in ipairs { 'a' } do m[k] = 1 end return m", "return setmetatable({}, {})",
      "local m = {} setmetatable(m, {}) return m", "return require('vsr.m')", "local m = {} m = { a = 1 } return m",
    ] {
      #expect(try Bench(modules: ["m": module]).check("return require('m').x, require 'm'") == [])
      #expect(try Bench(modules: ["m": module]).check("local m = require 'm'\nreturn m.x") == [], "\(module)")
    }
  }

  /// The list of the libraries' members is what a script finds.
  @Test func theMembersOfLibrariesAreThoseOfTheInterpreter() throws {
    let interpreter = try Interpreter(primitives: [])
    for (library, members) in Language.members {
      for member in members {
        guard
          case .finished(true) = interpreter.start(
            Chunk(name: "x", source: "return \(library).\(member) ~= nil"))
        else {
          Issue.record("\(library).\(member)")
          continue
        }
      }
    }
    for gone in ["string.dump", "math.random", "math.randomseed", "math.pow", "table.getn", "os.time"] {
      guard case .failed = interpreter.start(Chunk(name: "x", source: "return \(gone)")) else {
        Issue.record("\(gone)")
        continue
      }
    }
  }
}
