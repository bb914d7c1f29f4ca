import Host
import LiveHost
import Lua
import Testing
import Values

@testable import Lint

/// The parser against Lua's own: it takes what that takes, and refuses what that refuses.
@Suite struct ParserTests {
  static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

  /// Every Lua file of ours.
  static let files: [String] = {
    func find(_ folder: String) -> [String] {
      ((try? LiveHost().list(folder)) ?? []).flatMap { name -> [String] in
        let path = "\(folder)/\(name)"
        return name.hasSuffix(".lua") ? [path] : name.contains(".") ? [] : find(path)
      }
    }
    return ["runbooks", "stdlib", "Examples/sites", "Tests"].flatMap { find("\(root)/\($0)") }
  }()

  /// What only Lua's compiler looks at, behind its parser.
  static let compilers = ["goto", "label", "const variable", "too many", "jumps into", "limit", "overflow"]

  /// The parser's word on a text and Lua's, which have to agree.
  static func agree(_ source: [UInt8], _ interpreter: Interpreter, _ what: String = "") {
    let error = interpreter.check(Chunk(name: "x", source: source))
    do throws(SyntaxError) {
      _ = try SyntaxTree(source, file: "x")
      let isCompilers = error.map { error in
        error.kind == .encoding || compilers.contains { error.message.contains($0) }
      }
      #expect(isCompilers != false, "\(what): only Lua refuses it: \(error?.description ?? "")")
    } catch {
      #expect(interpreter.check(Chunk(name: "x", source: source)) != nil, "\(what): Lua takes it: \(error)")
    }
  }

  @Test func ourFilesAreRead() throws {
    #expect(Self.files.count > 25)
    for file in Self.files {
      let source = try LiveHost().read(file)
      #expect(throws: Never.self, "\(file)") { try SyntaxTree(source, file: file) }
    }
  }

  @Test(arguments: [
    "", ";", "#!/usr/bin/lua\nreturn 1", "\u{feff}return 1", "return", "return 1;", "return 1 return 2",
    "return 1, 2, ...",
    "local x <const> = 1 return x", "local x <close> = nil", "local x <other> = 1",
    "local x <const>, y <close> = 1, nil",
    "local a <close>, b <close> = nil, nil", "goto x ::x::", "::x:: ::x::", "goto x", "break", "while 1 do break end",
    "while 1 do local f = function() break end end", "repeat local x = 1 until x", "for i = 1 do end",
    "for i = 1, 2 do end",
    "for i = 1, 2, 3 do end", "for i = 1, 2, 3, 4 do end", "for a, b in x do end", "for a.b in x do end",
    "for in x do end",
    "if x then elseif y then else end", "if x then else elseif y then end", "if x", "do end end",
    "function a.b.c:d() end",
    "function a:b.c() end", "function a[1]() end", "local function a.b() end",
    "local function f(a, b, ...) return ... end",
    "local function f(..., a) end", "function f() return ... end", "local function f(a,) end", "f()", "f{}", "f''",
    "f[[]]", "f",
    "f.x", "f:x", "f:x()", "f:x{}.y()", "f().x = 1", "f() = 1", "(f) = 1", "(f)()", "(f).x = 1", "a, b = 1, 2",
    "a, f() = 1, 2",
    "a, (b) = 1", "x = 1, 2", "x = ", "= 1", "x == 1", "('x'):y()", "'x':y()", "{}.x = 1",
    "x = {1, 2; 3, a = 1, [1] = 2,}",
    "x = {,}", "x = {1 2}", "x = {a = }", "x = {[1]}", "x = {a.b = 1}", "x = { f = f, f }", "x = -2^-3",
    "x = not not #-~x",
    "x = a and b or c == d ~= e", "x = a .. b .. c", "x = 1 .. 2", "x = a // b >> c << d & e | f ~ g", "x = ~",
    "x = a ~ ~b",
    "x = 3x", "x = 0x", "x = 0xg", "x = 0x.p1", "x = 0x.8p1", "x = 0xA.8", "x = 1e", "x = 1e+", "x = 1e+5", "x = .5",
    "x = 5.",
    "x = 5..2", "x = 5 ..2", "x = 1.2.3", "x = 0x1p", "x = 1e5e5", "x = 3_000", "x = 99999999999999999999",
    "x = 0xffffffffffffffffff",
    "x = '\\x41\\u{20AC}\\065\\z  \n  \\\n'", "x = '\\x4'", "x = '\\u{110000000}'", "x = '\\u{7fffffff}'",
    "x = '\\u20'", "x = '\\300'",
    "x = '\\q'", "x = '", "x = '\n'", "x = '\\", "x = [[", "x = [==[ ]] ]==]", "x = [=", "x = [=x", "--[[ ]] x = 1",
    "--[[ x = 1", "--",
    "--[==[ ]] \n]==] return", "--[=x\nreturn", "x = a.and", "x = end", "local and = 1", "x = a:b", "x = a ? b",
    "x = $", "x = @", "x = `",
    "x = a!b", "x = 'a' 'b'", "x = f'a'{}[[b]]", "x = a\n(b)()", "\r\n\n\rreturn", "x = 1 -- y",
    "return function() end", "x = function end",
    "x = function(a.b) end", "x = (1", "x = 1)", "x = (...)", "return ...", "x = {...}", "a.b:c'x'.d[e].f = g",
    "a.b:c'x'", "x = <", "x = a < b > c",
    "x = a << b >> c", "x::", "::x", "goto = 1", "local goto", "\u{e4} = 1", "x = '\u{e4}'", "x = \u{0}",
  ]) func itAgreesWithLua(text: String) throws {
    Self.agree(Array(text.utf8), try Interpreter(primitives: []), text)
  }

  @Test func valuesAreThoseThatLuaReads() throws {
    let interpreter = try Interpreter(primitives: [])
    for text in [
      "1", "0x10", "0xffffffffffffffff", "9223372036854775807", "9223372036854775808", "1e3", ".5", "5.", "0x.8",
      "0xA.8p1", "0x1p-2", "3.25e-2",
      "'a\\n\\t\\\\\\\"\\'\\065\\x41\\u{20AC}\\z  x'", "[[\nx\r\ny]]", "[==[]]]==]", "\"\\\n\"",
      "'\\u{7f}\\u{80}\\u{7ff}\\u{800}\\u{10ffff}'",
      "'\\xff'", "{ 1, 2, { a = true } }", "{ a = nil, b = 'x' .. 1 }", "{}", "-5", "-0x10",
    ] {
      guard case .finished(let expected) = interpreter.start(Chunk(name: "x", source: "return \(text)")) else {
        Issue.record("\(text)")
        continue
      }
      let tree = try SyntaxTree(Array("return \(text)".utf8), file: "x")
      guard case .result(let values, _) = tree.main.block.statements.first else { continue }
      #expect(ScopePass.run(tree).literal(values[0]) == expected, "\(text)")
    }
  }

  @Test func placesAreCountedInCharacters() throws {
    for (text, line, column) in [
      ("x = 'äöü' $", 1, 11), ("\r\n\n\rx = $", 3, 5), ("x = [[\n\nä]] $", 3, 5), ("--[[\n]] $", 2, 4),
      ("\u{feff}$", 1, 1), ("#!x\n $", 2, 2),
      ("x = 'a\\\n' $", 2, 3),
    ] {
      do throws(SyntaxError) {
        _ = try SyntaxTree(Array(text.utf8), file: "x")
        Issue.record("\(text)")
      } catch {
        #expect(error.position == Position(line: line, column: column), "\(text)")
      }
    }
  }
}
