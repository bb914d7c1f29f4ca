import Lua
import Testing
import Values

@Suite struct SourceTests {
  private func check(_ source: [UInt8], name: String = "test.lua") throws -> ScriptError? {
    try Runbook().interpreter().check(Chunk(name: name, source: source))
  }

  @Test func aSyntaxErrorHasItsLine() throws {
    let error = try #require(try check(Array("local x = 1\nif x then\n".utf8)))
    #expect(error.kind == .syntax)
    #expect(error.description == "test.lua:3: 'end' expected (to close 'if' at line 2) near <eof>")
  }

  @Test func bytecodeIsRefused() throws {
    // The header of Lua 5.4, whole and behind what may stand before a script.
    let header: [UInt8] = [0x1b] + Array("Lua".utf8) + [0x54, 0, 0x19, 0x93, 0x0d, 0x0a, 0x1a, 0x0a, 4, 8, 8]
    for prefix in [[], [0xef, 0xbb, 0xbf], Array("#!/usr/bin/lua\n".utf8)] as [[UInt8]] {
      let error = try #require(try check(prefix + header))
      #expect([.syntax, .encoding].contains(error.kind))
      guard case .failed = try Runbook().interpreter().start(Chunk(name: "x", source: prefix + header)) else {
        Issue.record("bytecode ran")
        return
      }
    }
    #expect(try check(header)?.description == "test.lua:1: compiled Lua is not accepted, only its source")
  }

  @Test func textThatIsNotUTF8IsRefusedWithItsLine() throws {
    let error = try #require(try check(Array("local a\nlocal b = '".utf8) + [0xe9] + Array("'".utf8)))
    #expect(error.kind == .encoding)
    #expect(error.description == "test.lua:2: the text is not UTF-8")
  }

  @Test func aFirstLineForTheSystemAndAByteOrderMarkAreNoLua() throws {
    #expect(try Runbook().run("\u{feff}#!/usr/bin/vsrrun\nreturn test.echo(1)").calls.first?.place.line == 2)
  }

  @Test(arguments: 0...3) func aLongNameComesBackWhole(cut: Int) throws {
    let name = String(repeating: "ordnér/", count: 20) + String(repeating: "x", count: cut) + ".lua"
    let interpreter = try Runbook().interpreter()
    let result = Runbook().finish(
      interpreter.start(Chunk(name: name, source: "test.echo(1)\nlocal function f() error 'x' end\nf()")),
      in: interpreter)
    #expect(result.calls.first?.place == SourcePlace(file: name, line: 1))
    #expect(result.error?.description == name + ":2: x")
    #expect(result.error?.traceback.map(\.place?.file) == [name, name])
    #expect(try check(Array("=".utf8), name: name)?.place?.file == name)
  }
}
