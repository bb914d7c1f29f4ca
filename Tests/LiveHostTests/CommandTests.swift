import Glibc
import Host
import Testing

@testable import LiveHost

@Suite struct CommandTests {
  let host = LiveHost()

  private func shell(_ script: String, input: String = "", timeout: Int = 60) async throws(HostError) -> CommandResult {
    try await host.run(Command(["/bin/sh", "-c", script], input: Array(input.utf8), timeout: timeout))
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  // MARK: What a program is given

  @Test func hasAStatusAndTwoOutputs() async throws {
    let result = try await shell("echo out; echo err >&2; exit 3")
    #expect(result == CommandResult(status: 3, output: Array("out\n".utf8), errorOutput: Array("err\n".utf8)))
  }

  @Test func hasTheStatusOfAShellWhereASignalEndedIt() async throws {
    #expect(try await shell("kill -9 $$").status == 137)
  }

  @Test func isGivenItsInputAndItsArguments() async throws {
    let result = try await host.run(
      Command(["sh", "-c", "cat; echo \"$0|$1|$2\"", "a", "b c", "$d"], input: Array("in\n".utf8)))
    #expect(text(result.output) == "in\na|b c|$d\n")
    #expect(try await shell("cat").output == [])
  }

  @Test func mayLeaveALargeInputUnread() async throws {
    let input = String(repeating: "x", count: 1 << 20)
    #expect(try await shell("true", input: input).succeeded)
    #expect(text(try await shell("wc -c", input: input).output) == "1048576\n")
  }

  @Test func hasAReducedEnvironment() async throws {
    setenv("VSRRUN_TEST_LEAK", "1", 1)
    defer { unsetenv("VSRRUN_TEST_LEAK") }
    host.run = "20260101-1"
    let result = try await host.run(Command(["env"], environment: ["DEBIAN_FRONTEND": "noninteractive", "LANG": "C"]))
    let home = getenv("HOME").map { String(cString: $0) } ?? "/"
    #expect(
      text(result.output).split(separator: "\n").sorted() == [
        "DEBIAN_FRONTEND=noninteractive", "HOME=\(home)", "LANG=C",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "VSRRUN_RUN=20260101-1",
      ])
    host.run = nil
    #expect(!text(try await host.run(Command(["env"])).output).contains("VSRRUN_RUN"))
  }

  @Test func standsInItsDirectory() async throws {
    #expect(text(try await host.run(Command(["pwd"])).output) == "/\n")
    #expect(text(try await host.run(Command(["pwd"], directory: "/usr")).output) == "/usr\n")
  }

  @Test func leadsASessionOfItsOwn() async throws {
    let fields = text(try await shell("cat /proc/$$/stat").output).split(separator: " ")
    #expect(fields[0] == fields[5] && fields[0] == fields[4])
  }

  @Test func hasNoOtherOpenFile() async throws {
    let leaked = dup(0)
    defer { close(leaked) }
    let script = "n=3; while [ $n -lt 200 ]; do [ -e /proc/$$/fd/$n ] && echo $n; n=$((n+1)); done; true"
    #expect(text(try await shell(script).output) == "")
  }

  @Test func hasNoBlockedAndNoIgnoredSignals() async throws {
    let former = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, former) }
    let result = try await host.run(Command(["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"]))
    // Signals 32 and 33 are glibc's own.
    let masks = text(result.output).split(whereSeparator: \.isWhitespace).compactMap { UInt64($0, radix: 16) }
    #expect(masks.map { $0 & 0x7fff_ffff } == [0, 0])
  }

  // MARK: What it prints

  @Test func mayPrintWithoutBoundOnBothOutputs() async throws {
    let script =
      "head -c 10485760 /dev/zero | tr '\\0' x; head -c 10485760 /dev/zero | tr '\\0' y >&2; echo end; echo END >&2"
    let result = try await shell(script)
    #expect(result.output.count == 65536 && result.errorOutput.count == 65536)
    #expect(text(result.output).hasSuffix("xxend\n") && text(result.errorOutput).hasSuffix("yyEND\n"))
  }

  /// A pipe would end a program by SIGPIPE that prints after this one was killed.
  @Test func printsIntoNoPipe() async throws {
    #expect(try await shell("test -f /dev/stdout && test -f /dev/stderr").succeeded)
  }

  @Test func mayOpenItsOutputsAnew() async throws {
    let result = try await shell("echo one; echo two >>/dev/stdout; echo three; echo err >/dev/stderr; echo or >&2")
    #expect(text(result.output) == "one\ntwo\nthree\n" && text(result.errorOutput) == "err\nor\n")
  }

  @Test func tellsLinesAsTheyCome() async throws {
    var lines: [String] = []
    host.commandOutput = { lines.append($0) }
    defer { host.commandOutput = nil }
    // The second line is printed only once the first has been told.
    let scratch = Scratch()
    host.commandOutput = { line in
      lines.append(line)
      if line == "first" { try? scratch.host.makeDirectory(scratch("go"), mode: 0o700) }
    }
    _ = try await shell(
      "echo first; while [ ! -e \(scratch("go")) ]; do sleep 0.01; done; echo second >&2; printf third", timeout: 20)
    #expect(lines == ["first", "second", "third"])
  }

  @Test func tellsNothingOfAQuietCommand() async throws {
    var lines: [String] = []
    host.commandOutput = { lines.append($0) }
    defer { host.commandOutput = nil }
    let result = try await host.run(Command(["sh", "-c", "echo parsed; echo too >&2"], isQuiet: true))
    #expect(text(result.output) == "parsed\n" && lines.isEmpty)
  }

  @Test func endsWhenTheProgramEndsThoughAChildHoldsItsOutput() async throws {
    let began = ContinuousClock.now
    // Far from each other, so that a crowded machine is not taken for a wait.
    let result = try await shell("sleep 600 & echo $!")
    #expect(ContinuousClock.now - began < .seconds(120))
    let child = try #require(pid_t(text(result.output).dropLast()))
    #expect(kill(child, SIGKILL) == 0)
  }

  // MARK: How it is ended

  @Test func isEndedInTimeWithItsGrandchildren() async throws {
    var processes: [pid_t] = []
    host.commandOutput = { line in processes.append(pid_t(line) ?? 0) }
    // By job control, the second is in a process group of its own.
    let script = "sleep 100 & echo $!; set -m; sleep 100 & echo $!; wait"
    let error = await hostError { () throws(HostError) in
      try await host.run(Command(["bash", "-c", script], timeout: 1))
    }
    #expect(error == HostError("run", "bash", .timedOut(seconds: 1)))
    #expect(processes.count == 2)
    for process in processes { #expect(isGone(process)) }
  }

  @Test func isEndedWhenItClosedItsOutputsLongBefore() async {
    let error = await hostError { () throws(HostError) in
      try await shell("exec >&- 2>&-; sleep 100", timeout: 1)
    }
    #expect(error?.reason == .timedOut(seconds: 1))
  }

  @Test func isKilledIfItDoesNotEndWhenAsked() async throws {
    // In the background, so that nobody waits for it, in a session of its own.
    let scratch = Scratch()
    let script =
      "setsid sh -c 'trap \"\" TERM; echo $$ > \(scratch("pid")); while :; do sleep 100; done' >/dev/null 2>&1 &"
    _ = try await shell(script)
    var id: pid_t?
    while id == nil { id = (try scratch.host.text(scratch("pid"))).flatMap { pid_t($0) } }
    let session = Session(id: try #require(id))
    #expect(session.members.contains(session.id))
    await session.end(grace: .milliseconds(100))
    while !session.members.isEmpty { usleep(1000) }
  }

  @Test func isEndedWhenItsTaskIsCancelled() async throws {
    let (started, source) = AsyncStream<String>.makeStream()
    let task = Task.detached { () -> HostError? in
      let host = LiveHost()
      host.commandOutput = { source.yield($0) }
      return await hostError { () throws(HostError) in
        try await host.run(Command(["sh", "-c", "sleep 100 & echo $!; wait"]))
      }
    }
    var lines = started.makeAsyncIterator()
    let process = try #require(pid_t(await lines.next() ?? ""))
    task.cancel()
    let error = await task.value
    #expect(error == HostError("run", "sh", .refused("interrupted")))
    #expect(isGone(process))
  }

  /// Nobody is stuck in the kernel there: a daemon has the output still open.
  @Test func anEndedSessionWhoseOutputADaemonKeepsIsNotCalledStuck() async throws {
    let error = await hostError { () throws(HostError) in
      try await LiveHost().run(Command(["sh", "-c", "setsid sleep 30 & wait"], timeout: 1))
    }
    #expect(error == HostError("run", "sh", .timedOut(seconds: 1)))
  }

  private func isGone(_ process: pid_t) -> Bool {
    guard let stat = try? host.text("/proc/\(process)/stat") else { return true }
    return stat.contains(") Z ")
  }

  // MARK: What cannot be started

  @Test func saysThatAProgramIsMissing() async throws {
    let error = try #require(
      await hostError { () throws(HostError) in try await host.run(Command(["no-such-program", "secret"])) })
    #expect(error.isAbsent && error.operation == "run" && error.subject == "no-such-program")
    #expect(error.hint?.contains("is its package installed?") == true)
    #expect(!error.description.contains("secret"))
  }

  @Test func saysThatAFileIsNoProgram() async throws {
    let error = await hostError { () throws(HostError) in try await host.run(Command(["/etc/passwd"])) }
    #expect(error?.isSystem(.accessDenied) == true)
    let directory = await hostError { () throws(HostError) in try await host.run(Command(["/etc"])) }
    #expect(directory?.hint == "it is a directory")
  }

  @Test func saysThatAnInterpreterIsMissing() async throws {
    let scratch = Scratch()
    try scratch.host.replace(scratch("script"), with: Array("#!/no/such\n".utf8), mode: 0o700, owner: .me)
    let error = try #require(
      await hostError { () throws(HostError) in try await host.run(Command([scratch("script")])) })
    #expect(error.isAbsent)
    #expect(error.hint?.contains("interpreter") == true)
  }

  @Test func saysThatItsDirectoryIsMissing() async throws {
    let error = try #require(
      await hostError { () throws(HostError) in try await host.run(Command(["true"], directory: "/no/such")) })
    #expect(error.isAbsent)
    #expect(error.subject == "true in /no/such")
  }

  @Test func refusesNoProgramAndNulBytes() async {
    for arguments in [[], [""], ["echo", "a\0b"]] {
      let error = await hostError { () throws(HostError) in try await host.run(Command(arguments)) }
      #expect(error?.reason == .refused("an argument vector has a program and no NUL bytes"))
    }
  }
}
