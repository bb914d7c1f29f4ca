import LiveHost
import Testing

/// `vsrrun repl`, with its lines on standard input.
@Suite struct ReplTests {
  private func repl(_ lines: [String], _ arguments: String..., in program: Program? = nil) async throws -> Program.Ended
  {
    let program = try program ?? Program()
    let result = try await LiveHost().run(
      .init(
        [Program.path, "repl"] + arguments, input: Array(lines.joined(separator: "\n").utf8), directory: program.folder,
        timeout: 60))
    return .init(
      status: result.status, output: String(decoding: result.output, as: UTF8.self),
      diagnostics: String(decoding: result.errorOutput, as: UTF8.self))
  }

  @Test func expressionsAreShownAndGlobalsStay() async throws {
    let result = try await repl([
      "1 + 1", "x = { 1, a = 'b' }", "x -- with a comment", "print('hello')", "", "nil", "f = function(n)",
      "  return n * 2",
      "end", "f(21)", "1 +", "2", "require('vsr.versions').of('1.29.3').minor",
    ])
    #expect(result.status == 0)
    #expect(result.output == "2\n{ 1, a = \"b\" }\nhello\nnil\n42\n3\n29\n")
    #expect(result.diagnostics.contains("A `local` ends with its line; `x = 1` stays."))
  }

  @Test func effectsWorkOnTheModelAndNothingIsSaved() async throws {
    let program = try Program()
    let result = try await repl(
      ["swap.off()", "swap.list()", "host.reboot 'why'", "#swap.list()"], "--machine", "machine.yaml", in: program)
    #expect(result.status == 0)
    #expect(result.output == "true\n{}\n0\n")
    #expect(result.diagnostics.contains("\n  swap.off swap: changed\n"))
    #expect(result.diagnostics.contains("repl:1: the machine has rebooted (why)"))
    #expect(try program.read(program.machine) == program.read("\(Program.root)/Examples/machines/reference.yaml"))
  }

  @Test func thisMachineIsOnlyLookedAt() async throws {
    let result = try await repl([
      "file.write { path = '/tmp/never', content = 'x' }", "file.stat('/').kind", "host.facts().program ~= nil",
    ])
    #expect(result.status == 0)
    #expect(result.output == "\"directory\"\ntrue\n")
    #expect(
      result.diagnostics.contains(
        "repl:1: file.write would change this machine, which is only looked at here: vsrrun repl --machine FILE works on a model"
      ))
    #expect(try LiveHost().status("/tmp/never") == nil)
  }

  @Test func errorsDoNotEndIt() async throws {
    let result = try await repl(
      [
        "error('no')", "y", "x = = 1", "net.mtu { device = 'x' }", "while true do end", "step('a', function() end)",
        "sysfs.raed", "require('vsr.versions').of('1')", "'still there'", "f(",
      ], "--machine", "machine.yaml")
    #expect(result.status == 0)
    #expect(result.output == "\"still there\"\n")
    for text in [
      "repl:1: no\n", "repl:1: unknown global 'y'\n", "repl:1: unexpected symbol near '='\n",
      "repl:1: net.mtu: argument 'mtu': is missing", "is a loop endless?", "'step' is a word of runbooks",
      "no primitive 'sysfs.raed'; did you mean 'sysfs.read'?", "\n    at repl:1: in main chunk\n",
      "repl:1: unexpected symbol near <eof>\n",
    ] {
      #expect(result.diagnostics.contains(text), "\(text) of \(result.diagnostics)")
    }
  }

  @Test func aSitesModulesAreFound() async throws {
    let program = try Program()
    _ = try await program.call("new", "site", "ours")
    _ = try program.file("ours/lib/mine.lua", "return { answer = 42 }")
    #expect(try await repl(["require('mine').answer"], "--site", "ours", in: program).output == "42\n")
    let gone = try await repl([], "--site", "gone", in: program)
    #expect(gone.status == 65 && gone.diagnostics.contains("there is no site directory gone"))
  }
}
