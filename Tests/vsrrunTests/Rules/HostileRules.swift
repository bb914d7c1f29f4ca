import Glibc
import Host
import LiveHost
import Testing
import Values

/// Whatever it is given, the program ends with a code of its table and a sentence: no crash, no bare errno, no silence.
@Suite struct HostileRules {
  static let codes = [0, 1, 2, 3, 4, 5, 6, 64, 65, 130]
  static let book = "runbook { name = 'r', version = '1' } step('a', function() net.up 'ens787f0' end)"

  private func check(_ end: Program.Ended, _ status: Int, _ texts: String..., what: String = "") {
    #expect(end.status == status, "\(what): \(end.status): \(end.diagnostics)")
    for text in texts { #expect(end.diagnostics.contains(text), "\(what): \(end.diagnostics)") }
    #expect(Self.codes.contains(end.status))
    for sign in ["Fatal error", "Swift/", "Error(", "rawValue", "Optional(", "HostError", "errno "] {
      #expect(!end.diagnostics.contains(sign) && !end.output.contains(sign), "\(what): \(end.diagnostics)")
    }
  }

  // MARK: Runbooks

  @Test(arguments: [
    ("", "not a runbook"), ("\u{0}\u{1}\u{2}", "r.lua:1"), ("\u{1b}Lua", "r.lua"), ("runbook {", "r.lua:1"),
    ("return", "not a runbook"), ("while true do end", "r.lua:1"), ("error { }", "r.lua"), ("error()", "r.lua"),
    ("local function f() return f() + 1 end f()", "r.lua:1"),
    (
      "runbook { name = 'x', version = '1' } local t = {} for i = 1, 1000 do t = { t } end step('a', function() return t end)",
      "r.lua:1"
    ),
    ("runbook { name = 'x', version = '1' } step('a', function() return ('x'):rep(100000000) end)", "r.lua:1"),
    ("runbook { name = 'x', version = '1' } local s = 'x' while true do s = s .. s end", "r.lua:1"),
    ("pcall(runbook, { name = 'x' }) step('a', function() end)", "r.lua:1"),
    ("runbook { name = 'x', version = '1' } while true do pcall(error) end", "r.lua:1"),
    ("local t = setmetatable({}, { __index = function(t, k) return t[k] end }) print(t.x)", "r.lua:1"),
    ("runbook { name = 'x', version = '1' } string.find(('a'):rep(300), ('.-'):rep(40) .. 'b')", "r.lua:1"),
  ]) func garbageIsRefusedWithItsPlace(source: String, text: String) async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", source)
    let end = try await program.act("run", runbook)
    check(end, source.contains("return t end)") ? 1 : 65, text, what: source)
  }

  @Test func aFileThatIsNoTextIsRefused() async throws {
    let program = try Program()
    let path = "\(program.folder)/r.lua"
    try LiveHost().replace(
      path, with: [0xff, 0xfe, 0x00, 0x80], mode: 0o644, owner: Owner(user: getuid(), group: getgid()))
    check(try await program.act("run", path), 65, "r.lua")
    check(try await program.call("check", path), 65)
  }

  @Test func aRunbookThatIsNoFileIsNamedAsWhatItIs() async throws {
    let program = try Program()
    check(try await program.act("run", program.folder), 64, program.folder, "directory")
    check(try await program.act("run", "\(program.folder)/gone.lua"), 64, "gone.lua")
    check(try await program.act("run", ""), 64)
    check(try await program.call("check", program.folder), 65, program.folder)
    check(try await program.call("check", "\(program.folder)/gone.lua"), 65, "gone.lua")
    let pipe = "\(program.folder)/pipe.lua"
    #expect(mkfifo(pipe, 0o644) == 0)
    for path in [pipe, "/dev/zero"] {
      let end = try Background(program, ["run", path, "--yes", "--machine", program.machine, "--state", program.state])
      let status = end.end(within: 5)
      #expect(status == 64 || status == 65, "\(path) ends with \(status.map(String.init) ?? "nothing") \(end.text)")
    }
  }

  // MARK: Sites, plans, machine files

  @Test func aSiteThatIsNotThereIsAnError() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    let end = try await program.act("run", runbook, "--site", "\(program.folder)/no-such-site")
    check(end, 65, "no-such-site")
    check(try await program.act("run", runbook, "--site", program.machine), 65, program.machine)
  }

  @Test(arguments: ["a: [", "- 1", "x", "a: 1\na: 2", "&a [*a]", "\u{0}", "nonsense: 1"])
  func aSiteFileThatIsWrongIsNamedWithItsPlace(text: String) async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    #expect(mkdir("\(program.folder)/site", 0o755) == 0)
    _ = try program.file("site/site.yaml", text)
    check(try await program.act("run", runbook, "--site", "\(program.folder)/site"), 65, "site.yaml:", what: text)
  }

  @Test func aSiteWithALoopOfLinksOrAPipeEnds() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    #expect(mkdir("\(program.folder)/site", 0o755) == 0 && mkdir("\(program.folder)/site/lib", 0o755) == 0)
    #expect(symlink(".", "\(program.folder)/site/lib/loop") == 0)
    #expect(symlink("self.lua", "\(program.folder)/site/lib/self.lua") == 0)
    let end = try await program.act("run", runbook, "--site", "\(program.folder)/site")
    check(end, 65, "self.lua")
  }

  @Test func aSecretInASiteFileIsNotRepeated() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua",
      "runbook { name = 'r', version = '1', params = { token = { type = 'secret' } } } step('a', function() end)")
    #expect(mkdir("\(program.folder)/site", 0o755) == 0)
    for secret in ["hunter2", "123454321", "[ hunter2 ]", "{ a: hunter2 }"] {
      _ = try program.file("site/site.yaml", "token: \(secret)\n")
      let end = try await program.act("run", runbook, "--site", "\(program.folder)/site")
      check(end, 65, "site.yaml:1", "never the secret", what: secret)
      #expect(!end.diagnostics.contains("hunter2") && !end.diagnostics.contains("123454321"), "\(end.diagnostics)")
    }
    // Given as it should be, it is nowhere: not in the journal, not on show.
    _ = try program.file("token", "hunter2")
    _ = try program.file("site/site.yaml", "token: file:\(program.folder)/token\n")
    let end = try await program.act("run", runbook, "--site", "\(program.folder)/site", "--output", "jsonl")
    check(end, 0)
    let shown = try await program.act("show")
    let grep = try await LiveHost().run(.init(["grep", "-r", "hunter2", program.state]))
    #expect(grep.status == 1 && !end.output.contains("hunter2") && !shown.output.contains("hunter2"))
  }

  @Test func aPlanFileThatCannotBeReadIsTheCallersMistake() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    check(try await program.act("run", runbook, "--plan", "\(program.folder)/gone"), 65, "gone")
    let garbage = try program.file("garbage", "no plan\n")
    check(try await program.act("run", runbook, "--plan", garbage), 65, "garbage:1")
    let empty = try program.file("empty", "")
    check(try await program.act("run", runbook, "--plan", empty), 65, "empty")
  }

  @Test func aPlanFileIsComparedWithTheRun() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    let plan = try await program.call("plan", runbook, "--machine", program.machine, "--output", "jsonl")
    let file = try program.file("plan.jsonl", plan.output)
    _ = try program.file(
      "r.lua", "runbook { name = 'r', version = '1' } step('a', function() net.up 'ens787f0' net.up 'ens804f0' end)")
    let end = try await program.act("run", runbook, "--plan", file, "--output", "jsonl")
    check(end, 0)
    let notes = end.events.filter { $0["type"] == "note" }.compactMap { $0["text"]?.string }
    #expect(notes == ["the plan did not foresee it: net.up ens804f0"])
  }

  @Test(arguments: [
    ["machine", "diff", "gone.yaml", "machine.yaml"], ["machine", "reboot", "gone.yaml"],
    ["machine", "reboot", "bad.yaml"],
    ["machine", "diff", "machine.yaml", "bad.yaml"], ["plan", "install-single-node", "--machine", "bad.yaml"],
    ["plan", "install-single-node", "--machine", "."], ["runs", "--machine", "gone.yaml"],
    ["rehearse", "install-single-node", "--machine", "/dev/null/x"],
    ["run", "install-single-node", "--yes", "--machine", ""],
  ]) func aMachineFileThatIsWrongEndsWith65(arguments: [String]) async throws {
    let program = try Program()
    _ = try program.file("bad.yaml", "machine: [")
    let result = try await LiveHost().run(.init([Program.path] + arguments, directory: program.folder))
    let end = Program.Ended(
      status: result.status, output: String(decoding: result.output, as: UTF8.self),
      diagnostics: String(decoding: result.errorOutput, as: UTF8.self))
    check(end, 65, what: "\(arguments)")
  }

  @Test func aMachineThatCannotBeSavedFailsTheEffectAndTheRunGoesOnLater() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    // Its new content goes through a file beside it, in whose place a folder stands.
    #expect(mkdir("\(program.machine).unfinished", 0o755) == 0)
    check(try await program.act("run", runbook), 1, "machine.yaml", "vsrrun resume")
    #expect(rmdir("\(program.machine).unfinished") == 0)
    check(try await program.act("resume"), 0)
  }

  @Test func aRehearsalThatCannotBeSavedSaysSo() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    check(
      try await program.call(
        "rehearse", runbook, "--machine", program.machine, "--save", "\(program.folder)/no/such/x.yaml"),
      1, "x.yaml")
  }

  // MARK: State

  @Test func aStateDirectoryThatIsNoneStopsBeforeTheMachineIsTouched() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    let file = try program.file("occupied", "")
    let before = try program.read(program.machine)
    for state in [file, "/proc/nothing", "/dev/null/x"] {
      let end = try await program.call("run", runbook, "--yes", "--machine", program.machine, "--state", state)
      #expect([1, 64].contains(end.status), "\(state): \(end.status)")
      check(end, end.status, what: state)
      #expect(!end.diagnostics.isEmpty)
    }
    #expect(try program.read(program.machine) == before)
  }

  @Test func aTornTailIsSetAsideAndADamagedRecordRefused() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book + " step('b', function() error 'no' end)")
    check(try await program.act("run", runbook), 1)
    let run = try #require(try LiveHost().list("\(program.state)/runs").first)
    let journal = "\(program.state)/runs/\(run)/journal"
    let path =
      try LiveHost().list("\(program.state)/runs/\(run)").first { $0.hasPrefix("journal") }.map {
        "\(program.state)/runs/\(run)/\($0)"
      } ?? journal
    let text = try program.read(path)
    let owner = Owner(user: getuid(), group: getgid())
    try LiveHost().replace(path, with: Array((text + "{\"seq\":99,\"ty").utf8), mode: 0o600, owner: owner)
    for command in ["runs", "show", "log"] { check(try await program.act(command), 0, what: command) }
    check(try await program.act("resume"), 1, "r.lua")
    var bytes = Array(try program.read(path).utf8)
    bytes[bytes.count / 2] ^= 1
    try LiveHost().replace(path, with: bytes, mode: 0o600, owner: owner)
    for command in ["show", "log", "resume", "rollback", "verify"] {
      let end = try await program.act(command, run)
      check(end, 1, run, what: command)
      #expect(end.diagnostics.contains("record"), "\(command): \(end.diagnostics)")
    }
    // Whether it is unfinished nobody can tell: a run beside it has to know.
    let beside = try await program.act("run", runbook)
    #expect(beside.diagnostics.contains(run), "\(beside.status) \(beside.diagnostics)")
  }

  /// Records that nobody will ever find are none.
  @Test func aJournalThatIsRemovedUnderTheRunStopsIt() async throws {
    let program = try Program()
    // Thousands of records, each made durable: the run is in the middle of them whenever the journal goes.
    let runbook = try program.file(
      "long.lua",
      "runbook { name = 'long', version = '1' } for i = 1, 20000 do step('s' .. i, function() end) end")
    let run = try Background(
      program, ["run", runbook, "--yes", "--output", "jsonl", "--machine", program.machine, "--state", program.state])
    #expect(run.wait { run.text.contains("step.finished") })
    // It must not come to its end before the journal is gone, however busy this machine is.
    run.signal(SIGSTOP)
    _ = try await LiveHost().run(.init(["rm", "-r", "\(program.state)/runs"]))
    run.signal(SIGCONT)
    #expect(run.end(within: 20) == 1, "\(run.text)")
    #expect(run.text.contains("journal"), "\(run.text)")
  }

  @Test(arguments: ["-1", "x", "99999999999999999999"]) func pruneKeepsANumber(keep: String) async throws {
    let program = try Program()
    check(try await program.act("prune", "--keep=\(keep)"), 64, "keep")
  }

  @Test func pruneRemovesOnlyWhatNothingStandsOf() async throws {
    let program = try Program()
    let stands = try program.file("r.lua", Self.book)
    let nothing = try program.file("n.lua", "runbook { name = 'n', version = '1' } step('a', function() end)")
    check(try await program.act("run", stands), 0)
    for _ in 0..<3 { check(try await program.act("run", nothing), 0) }
    check(try await program.act("prune", "--keep", "1"), 0)
    let left = try await program.act("runs", "--output", "jsonl").events
    #expect(left.compactMap { $0["runbook"]?.string } == ["n", "r"])
  }

  // MARK: Output

  @Test func withoutColoursThereIsNoEscape() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    let plain = try await program.call(
      "rehearse", runbook, "--machine", program.machine, environment: ["NO_COLOR": "1"])
    #expect(!plain.diagnostics.contains("\u{1b}"))
    let forced = try await program.call("rehearse", runbook, "--machine", program.machine, "--color", "always")
    #expect(forced.diagnostics.contains("\u{1b}[32m"))
    let quiet = try await program.call("rehearse", runbook, "--machine", program.machine, "--color", "never")
    #expect(!quiet.diagnostics.contains("\u{1b}"))
  }

  /// A name in a runbook, or the output of a command, does not steer the operator's terminal.
  @Test func noTextOfARunbookReachesTheTerminalAsAControl() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua",
      "runbook { name = 'r', version = '1' } phase 'p\\27[2J' step('a\\27[2J\\nb', function() note 'n\\27]0;x\\7' error 'e\\27[1A' end)"
    )
    let run = try await program.act("run", runbook)
    check(run, 1)
    let log = try await program.act("log")
    let show = try await program.act("show")
    for text in [run.diagnostics, log.output, show.output] {
      #expect(!text.contains("\u{1b}") && !text.contains("\u{7}"))
      #expect(text.contains("\\nb"), "a name cannot begin a line of its own")
    }
    #expect(log.output.split(separator: "\n").allSatisfy { $0.hasPrefix("20") }, "\(log.output)")
  }

  @Test func whoeverOnlyLooksIsNotToldToResume() async throws {
    let program = try Program()
    for command in ["runs", "show"] {
      let end = try await program.call(command, "--state", try program.file("state-file", ""))
      #expect(end.status != 0 && !end.diagnostics.contains("resume"), "\(end.diagnostics)")
    }
    check(try await program.call("runs", "--state", ""), 64, "--state needs a directory")
  }

  @Test func theDocumentOfARunThatWasRolledBackSaysWhy() async throws {
    let program = try Program()
    let runbook = try program.file(
      "r.lua", "runbook { name = 'r', version = '1' } step('a', function() net.up 'ens787f0' error 'oh no' end)")
    let end = try await program.act("run", runbook, "--on-failure", "rollback", "--output", "json")
    #expect(end.status == 3 && end.events.first?["error"]?.string?.contains("oh no") == true, "\(end.output)")
  }

  @Test func oneJSONDocumentSaysHowItEnded() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    for command in ["plan", "rehearse"] {
      let end = try await program.call(command, runbook, "--machine", program.machine, "--output", "json")
      #expect(end.events.count == 1 && end.events.first?["changed"] == 1, "\(command): \(end.output)")
    }
    for command in ["run", "rollback", "boot"] {
      let end = try await program.act(
        command, command == "run" ? runbook : "--output", command == "run" ? "--output" : "json",
        command == "run" ? "json" : "--color=never")
      check(end, 0, what: command)
      #expect(end.events.count == 1, "\(command): \(end.output)")
    }
  }

  /// What was written is lost: scripts have to know.
  @Test func outputThatCannotBeWrittenIsNoSuccess() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book)
    let end = try await program.call(
      "rehearse", runbook, "--machine", program.machine, "--output", "jsonl",
      under: ["sh", "-c", "exec \"$@\" > /dev/full", "sh"])
    check(end, 1, "standard output")
  }

  @Test func aRunWithoutTheTerminalGoesOnAndTellsWhatIsInItsWay() async throws {
    let program = try Program()
    let runbook = try program.file("r.lua", Self.book + " step('b', function() error 'no' end)")
    let detached = try await program.call(
      "run", runbook, "--detach", "--machine", program.machine, "--state", program.state)
    check(detached, 0, "vsrrun log --follow")
    for _ in 0..<300 {
      if try await program.act("runs").output.contains("failed") { break }
      usleep(20_000)
    }
    #expect(try await program.act("runs").output.contains("failed"))
    // The second cannot even begin: that is no success.
    let beside = try await program.call(
      "run", runbook, "--detach", "--yes", "--machine", program.machine, "--state", program.state)
    check(beside, 5, "vsrrun resume")
  }
}
