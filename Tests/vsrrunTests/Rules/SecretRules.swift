import Glibc
import Host
import LiveHost
import Testing
import Values

extension LiveRules {
  /// Where secrets come from, and that they stay nowhere.
  @Suite struct SecretRules {
    private static let password = "hunter2 \"ü\\"

    /// Hands the password to a command, which leaves its length and what can be seen of it and of vsrrun through /proc.
    private static func runbook(_ program: Program) throws -> String {
      try program.file(
        "r.lua",
        """
        local p = runbook { name = 'r', version = '1', params = { password = { type = 'secret', default = 'prompt' } } }
        step('before', function() note 'begun' end)
        step('a', function()
          command.run {
            argv = { 'sh', '-c', [[
              wc -c > \(program.folder)/length
              for process in $$ $PPID; do cat /proc/$process/cmdline /proc/$process/environ; done > \(program.folder)/seen
            ]] },
            check = { 'test', '-e', '\(program.folder)/length' }, rollback = { 'rm', '\(program.folder)/length' },
            input = p.password,
          }
        end)
        """)
    }

    private func secret(_ program: Program, _ text: String = password, mode: UInt16 = 0o600) throws -> String {
      let path = try program.file("secret-source", text)
      try LiveHost().setAttributes(path, mode: mode, owner: Owner(user: getuid(), group: getgid()))
      return path
    }

    private func length(_ program: Program) throws -> String { try program.read("\(program.folder)/length") }

    private func call(_ program: Program, _ arguments: String..., under wrapper: [String] = ["setsid", "--wait"])
      async throws -> Program.Ended
    {
      let result = try await LiveHost().run(
        Command(
          wrapper + [Program.path] + arguments + ["--yes", "--state", program.state], directory: program.folder,
          timeout: 120))
      return Program.Ended(
        status: result.status, output: String(decoding: result.output, as: UTF8.self),
        diagnostics: String(decoding: result.errorOutput, as: UTF8.self))
    }

    @Test(arguments: ["", "\n"]) func aSecretOfAFileReachesTheCommandAndNothingElse(end: String) async throws {
      let program = try Program()
      let path = try secret(program, Self.password + end)
      let run = try await call(
        program, "run", try Self.runbook(program), "--set", "password=file:\(path)", "--output", "jsonl", "--verbose")
      #expect(run.status == 0, "\(run.diagnostics)")
      #expect(try length(program) == "\(Self.password.utf8.count)\n")
      var texts = [run.output, run.diagnostics, try program.read("\(program.folder)/seen")]
      for command in ["show", "log", "verify"] {
        let shown = try await program.call(command, "--state", program.state)
        #expect(shown.status == 0)
        texts.append(shown.output)
      }
      texts.append(try await call(program, "rollback").diagnostics)
      let journal = try? await LiveHost().run(Command(["journalctl", "-t", "vsrrun", "--all", "--output", "export"]))
      texts.append(String(decoding: journal?.output ?? [], as: UTF8.self))
      try LiveHost().remove(path)
      let left = try await LiveHost().run(Command(["grep", "--recursive", "--text", "hunter2", program.folder]))
      #expect(left.status == 1, "\(String(decoding: left.output, as: UTF8.self))")
      #expect(!texts.contains { $0.contains("hunter2") })
      #expect(texts[0].contains("file:\(path)"), "the source is on record")
    }

    @Test func aFileThatOthersCanReadIsRefused() async throws {
      let program = try Program()
      let runbook = try Self.runbook(program)
      func check(_ end: Program.Ended, _ text: String) {
        #expect(end.status == 1 && end.diagnostics.contains(text), "\(end.diagnostics)")
        #expect(!end.diagnostics.contains("hunter2"))
      }
      let path = try secret(program, mode: 0o640)
      check(try await call(program, "run", runbook, "--set", "password=file:\(path)"), "chmod 0600 \(path)")
      for mode in [0o604, 0o620, 0o777] as [UInt16] {
        _ = try secret(program, mode: mode)
        check(try await call(program, "resume"), "chmod 0600 \(path)")
      }
      try LiveHost().setAttributes(path, mode: 0o600, owner: Owner(user: 65534, group: 65534))
      check(try await call(program, "resume"), "chown 0 \(path)")
      // Mended, the run goes on.
      _ = try secret(program)
      #expect(try await call(program, "resume").status == 0)
      #expect(try length(program) == "\(Self.password.utf8.count)\n")
    }

    @Test(arguments: ["", "\n"]) func anEmptyFileIsNoSecret(text: String) async throws {
      let program = try Program()
      let path = try secret(program, text)
      let end = try await call(program, "run", try Self.runbook(program), "--set", "password=file:\(path)")
      #expect(end.status == 1 && end.diagnostics.contains("is empty"), "\(end.diagnostics)")
    }

    @Test func aCredentialOfTheUnitIsRead() async throws {
      let program = try Program()
      let runbook = try Self.runbook(program)
      let without = try await call(program, "run", runbook, "--set", "password=credential:vsr")
      #expect(without.status == 1 && without.diagnostics.contains("LoadCredential=vsr:"), "\(without.diagnostics)")
      _ = try program.file("vsr", Self.password)
      let end = try await call(program, "resume", under: ["env", "CREDENTIALS_DIRECTORY=\(program.folder)"])
      #expect(end.status == 0, "\(end.diagnostics)")
      #expect(try length(program) == "\(Self.password.utf8.count)\n")
    }

    /// After a reboot with nobody there, too.
    @Test func withoutATerminalTheRunStopsBeforeTheEffect() async throws {
      let program = try Program()
      let end = try await call(program, "run", try Self.runbook(program), "--output", "jsonl")
      #expect(end.status == 64 && end.diagnostics.contains("'password'") && end.diagnostics.contains("vsrrun resume"))
      #expect(end.events.last?["result"] == "interrupted")
      #expect(!end.events.contains { $0["type"] == "effect" }, "nothing of the effect has begun")
      #expect(try await program.call("runs", "--state", program.state).output.contains("interrupted"))
      let next = try await typing(program, ["\(Self.password)\n"], "resume", "--yes")
      #expect(next.status == "0", "\(next.shown)")
      #expect(try length(program) == "\(Self.password.utf8.count)\n")
    }

    // MARK: On a terminal

    /// Types each text when the prompt has been shown once more; answers what was shown, how it ended, and whether the terminal
    /// shows what is typed as it did before.
    private static let typist = """
      import os, pty, sys, termios
      texts = sys.argv[1].split("|")
      pid, terminal = pty.fork()
      if pid == 0:
          os.execv(sys.argv[2], sys.argv[2:])
      before = termios.tcgetattr(terminal)
      seen, last = b"", b""
      while True:
          try:
              read = os.read(terminal, 4096)
          except OSError:
              break
          if not read:
              break
          seen, last = seen + read, last + read
          if texts and any(prompt in last for prompt in (b"password: ", b"/N] ", b"/n] ", b"[lab] ")):
              last = b""
              os.write(terminal, texts.pop(0).encode().decode("unicode_escape").encode("latin1"))
      print(seen.decode().replace("\\r", ""))
      print("terminal", "as it was" if termios.tcgetattr(terminal) == before else "changed")
      print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
      """

    private func typing(_ program: Program, _ texts: [String], _ arguments: String...) async throws -> (
      status: String, shown: String
    ) {
      let script = try program.file("type.py", Self.typist)
      // As escapes: keys are bytes.
      let keys = texts.map { text in
        text.utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      }
      let result = try await LiveHost().run(
        Command(
          ["python3", script, keys.joined(separator: "|"), Program.path] + arguments + ["--state", program.state],
          directory: program.folder, timeout: 60))
      let shown = String(decoding: result.output, as: UTF8.self) + String(decoding: result.errorOutput, as: UTF8.self)
      return (shown.split(separator: "\n").last.map(String.init) ?? "", shown)
    }

    @Test(arguments: [
      ["hunter2\n"], ["\n", "hunter2\n"], ["hunter\u{7f}r2\r"], ["nonsense\u{15}hunter2\n"],
      ["\u{1a}\u{1c}hunter2\u{13}\n"],
      ["hunterü\u{7f}2\n"],
    ])
    func theTerminalAsksForItUnseen(keys: [String]) async throws {
      let program = try Program()
      let end = try await typing(program, keys, "run", try Self.runbook(program), "--yes")
      #expect(end.status == "0", "\(end.shown)")
      #expect(try length(program) == "7\n")
      #expect(!end.shown.contains("hunter") && end.shown.contains("terminal as it was"))
      #expect(end.shown.split(separator: "\n").count { $0.contains("password: ") } <= keys.count, "asked once")
    }

    @Test(arguments: [("hun\u{3}", "130"), ("\u{4}", "64")])
    func theTerminalIsAsItWasWhereItIsNotGiven(key: String, status: String) async throws {
      let program = try Program()
      let end = try await typing(program, [key], "run", try Self.runbook(program), "--yes")
      #expect(end.status == status, "\(end.shown)")
      #expect(end.shown.contains("terminal as it was") && end.shown.contains("vsrrun resume"), "\(end.shown)")
      let journal = try await program.call("log", "--output", "jsonl", "--state", program.state).events
      #expect((journal.last?["signal"] == "SIGINT") == (status == "130"), "a person stopped it, and no shutdown")
    }

    @Test(arguments: ["TERM", "INT", "HUP"]) func theTerminalIsAsItWasAfterASignal(signal: String) async throws {
      let program = try Program()
      let runbook = try Self.runbook(program)
      let killer = try Background(
        program,
        [
          "-c",
          "until grep -q begun \(program.state)/runs/*/journal; do sleep 0.1; done; sleep 0.5; pkill -\(signal) -f '^\(Program.path) run \(runbook)'",
        ],
        command: "/bin/sh")
      let end = try await typing(program, [], "run", runbook, "--yes")
      _ = killer.end(within: 10)
      #expect(end.status == "130" && end.shown.contains("terminal as it was"), "\(end.shown)")
    }

    @Test func aPlanAndARunOnAModelAskForNothing() async throws {
      let program = try Program()
      let runbook = try program.file(
        "m.lua",
        """
        local p = runbook { name = 'm', version = '1', params = { password = { type = 'secret', default = 'prompt' } } }
        step('a', function() command.run { argv = { 'x' }, check = { 'y' }, irreversible = 'z', input = p.password } end)
        """)
      for command in [["plan"], ["rehearse"], ["run", "--yes", "--state", program.state]] {
        let end = try await program.call(
          command[0], runbook, "--machine", program.machine, under: ["setsid", "--wait"])
        #expect(command[0] == "run" || end.status == 0, "\(end.diagnostics)")
      }
      #expect(try await program.act("run", runbook).status == 0)
    }

    // MARK: Questions

    private static let asking = """
      runbook { name = 'q', version = '1' }
      step('a', function()
        note(tostring(operator.ask { question = 'Sure?', default = false }))
        note(operator.ask { question = 'Site?', text = true, default = 'lab' })
      end)
      """

    @Test func aQuestionIsAskedOnTheTerminal() async throws {
      let program = try Program()
      let runbook = try program.file("q.lua", Self.asking)
      let end = try await typing(program, ["maybe\n", "y\n", "north\n"], "run", runbook)
      #expect(end.status == "0" || end.shown.contains("nothing would change"), "\(end.shown)")
      #expect(end.shown.contains("Sure? [y/N] ") && end.shown.contains("Site? [lab] "), "\(end.shown)")
      #expect(end.shown.contains("! Sure? yes") && end.shown.contains("! Site? north"), "\(end.shown)")
    }

    @Test func withYesTheDefaultAnswersAndWithoutOneTheRunStops() async throws {
      let program = try Program()
      let runbook = try program.file("q.lua", Self.asking)
      let end = try await call(program, "run", runbook)
      #expect(end.status == 0 && end.diagnostics.contains("! Sure? no (the default)"), "\(end.diagnostics)")
      let bare = try program.file(
        "b.lua", "runbook { name = 'b', version = '1' } step('a', function() return operator.ask 'Sure?' end)")
      let stopped = try await call(program, "run", bare)
      #expect(stopped.status == 64 && stopped.diagnostics.contains("'Sure?'"), "\(stopped.diagnostics)")
      let resumed = try await typing(program, ["y\n"], "resume")
      #expect(resumed.status == "0", "\(resumed.shown)")
    }
  }
}
