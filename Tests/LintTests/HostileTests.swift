import Host
import LiveHost
import Lua
import Testing

@testable import Lint

/// Whatever it is given, the parser ends soon, with a tree or an error.
@Suite struct HostileTests {
  @Test func bytesOfAnyKindEnd() throws {
    let interpreter = try Interpreter(primitives: [])
    var generator = SplitMix(state: 1)
    for _ in 0..<400 {
      let bytes = (0..<Int.random(in: 0..<400, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? SyntaxTree(bytes, file: "x")
      _ = try Bench().check(bytes: bytes)
    }
    // Words of Lua in any order come further.
    let words =
      Keyword.allCases.map(\.rawValue) + [
        "a", "b", "1", "'x'", "(", ")", "{", "}", "[", "]", "=", ",", ";", ":", ".", "..", "...", "+", "-", "::",
      ]
    for _ in 0..<2000 {
      let count = Int.random(in: 1..<30, using: &generator)
      let text = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined(separator: " ")
      ParserTests.agree(Array(text.utf8), interpreter, text)
    }
  }

  @Test func filesThatAreCutOffAnywhereEnd() throws {
    let interpreter = try Interpreter(primitives: [])
    let bench = Bench()
    for file in ParserTests.files {
      let source = try LiveHost().read(file)
      for length in stride(from: 0, to: source.count, by: 50) {
        ParserTests.agree(Array(source.prefix(length)), interpreter, "\(file), cut off after \(length) bytes")
      }
      let rest = Array(source.dropFirst(source.count / 2))
      ParserTests.agree(rest, interpreter, "the second half of \(file)")
      _ = try bench.check(bytes: rest)
    }
  }

  @Test(arguments: [
    ("(", ")"), ("{", "}"), ("x = {", "}"), ("f(", ")"), ("do ", " end"), ("if x then ", " end"),
    ("while x do ", " end"),
    ("repeat ", " until x"), ("function f() ", " end"), ("return function() ", " end"), ("x = - ", "1"),
    ("x = not ", "1"), ("x = a .. ", "b"),
    ("x = a ^ ", "b"), ("x[", "]"), ("if x then else ", " end"), ("for i = 1, 2 do ", " end"), ("x = #", "a"),
    ("local x = function() ", " end"),
  ]) func nestingHasAnEnd(opening: String, closing: String) throws {
    let depth = 100_000
    let text = String(repeating: opening, count: depth) + "x" + String(repeating: closing, count: depth)
    let findings = try Bench().check(bytes: Array(text.utf8))
    #expect(findings.count == 1 && findings.first?.rule == "syntax")
    #expect(throws: SyntaxError.self) {
      try SyntaxTree(Array(String(repeating: opening, count: depth).utf8), file: "x")
    }
  }

  /// What Lua reads in a loop is no nesting: it may be as long as it likes.
  @Test(arguments: [
    ("return 1", " + 1"), ("return a", ".b"), ("return f", "()"), ("return f", "[1]"), ("f", ":g()"),
    ("return 1", ", 1"), ("local x = 1", " x = 1"),
    ("return a", " and b or c"), ("if a then", " elseif b then"), ("return {", "1,"), ("", "-- vsrrun: allow x\n"),
    ("", "f() "), ("", ";"),
    ("return '", "\\\\"), ("return [[", "\n"), ("return 1", "0"),
  ]) func lengthHasNoEnd(first: String, more: String) throws {
    let ends =
      first.hasPrefix("if")
      ? " end" : first.hasSuffix("{") ? "}" : first.hasSuffix("'") ? "'" : first.hasSuffix("[[") ? "]]" : ""
    let text = first + String(repeating: more, count: 100_000) + ends
    let clock = ContinuousClock()
    let took = try clock.measure {
      let tree = try SyntaxTree(Array(text.utf8), file: "x")
      _ = ScopePass.run(tree)
    }
    #expect(took < .seconds(10))
  }

  @Test func asDeepAsLuaGoes() throws {
    let interpreter = try Interpreter(primitives: [])
    // Lua has a few levels of its own beneath a file.
    for depth in [1, 100, 180, 230] {
      let text = "return " + String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
      ParserTests.agree(Array(text.utf8), interpreter, "\(depth)")
    }
  }
}

/// Random numbers that are the same in each run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
