import LiveHost
import Testing
import Values

/// `run` shows its plan and asks; `--yes` does neither.
@Suite struct QuestionRules {
  static let book =
    "runbook { name = 'r', version = '1' } step('a', function() net.up 'ens787f0' end)"

  /// Answers the question on a terminal of its own; the last line is the exit code.
  private static let answering = """
    import os, pty, sys
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.argv[2], sys.argv[2:])
    seen = b""
    asked = False
    while True:
        try:
            read = os.read(terminal, 4096)
        except OSError:
            break
        if not read:
            break
        seen += read
        if b"[y/N]" in seen and not asked:
            asked = True
            os.write(terminal, sys.argv[1].encode() + b"\\n")
    print(seen.decode().replace("\\r", ""))
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """

  private func answer(_ program: Program, _ text: String, _ runbook: String) async throws -> (
    status: String, shown: String
  ) {
    let script = try program.file("answer.py", Self.answering)
    let result = try await program.call(
      "run", runbook, "--machine", program.machine, "--state", program.state, under: ["python3", script, text])
    return (result.output.split(separator: "\n").last.map(String.init) ?? "", result.output)
  }

  @Test func yesGoesOnWithWhatWasShown() async throws {
    let program = try Program()
    let (status, shown) = try await answer(program, "y", try program.file("r.lua", Self.book))
    #expect(status == "0", "\(shown)")
    #expect(shown.contains("plan of r 1") && shown.contains("1 would change") && shown.contains("done: changed: 1"))
    #expect(!shown.contains("did not foresee"))
  }

  @Test(arguments: ["n", "", "nonsense"]) func anythingElseChangesNothing(text: String) async throws {
    let program = try Program()
    let before = try program.read(program.machine)
    let (status, shown) = try await answer(program, text, try program.file("r.lua", Self.book))
    #expect(status == "64", "\(shown)")
    #expect(try program.read(program.machine) == before)
    #expect(try await program.act("runs").output.contains("no runs"))
  }

  @Test func withYesNoPlanIsMade() async throws {
    let program = try Program()
    let end = try await program.act("run", try program.file("r.lua", Self.book))
    #expect(end.status == 0 && !end.diagnostics.contains("plan of"))
  }

  @Test func whereNothingWouldChangeNobodyIsAsked() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    #expect(try await program.act("run", runbook).status == 0)
    let again = try await program.call(
      "run", runbook, "--machine", program.machine, "--state", program.state, under: ["setsid", "--wait"])
    #expect(again.status == 0 && again.diagnostics.contains("nothing would change"))
  }

  @Test func aRollbackAsksToo() async throws {
    let program = try Program()
    #expect(try await program.act("run", try program.file("r.lua", Self.book)).status == 0)
    let machine = try program.read(program.machine)
    let end = try await program.call(
      "rollback", "--machine", program.machine, "--state", program.state, under: ["setsid", "--wait"])
    #expect(end.status == 64 && end.diagnostics.contains("--yes"))
    #expect(try program.read(program.machine) == machine)
  }

  /// What is asked of the machine outside of steps is the runbook's mistake, and nothing has happened.
  @Test(arguments: ["net.up 'ens787f0'", "kernel.release()", "step('a', function() net.up { devise = 'x' } end)"])
  func aWrongRunbookEndsWith65(body: String) async throws {
    let program = try Program()
    let before = try program.read(program.machine)
    let end = try await program.act("run", try program.file("r.lua", "runbook { name = 'r', version = '1' }\n" + body))
    #expect(end.status == 65 && end.diagnostics.contains("r.lua:2: "), "\(end.diagnostics)")
    #expect(try program.read(program.machine) == before)
  }
}
