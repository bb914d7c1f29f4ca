import LiveHost
import Testing
import Values

/// `vsrrun test`, as a site team uses it.
@Suite struct TestCommandTests {
  /// The output without what its lines say about passing.
  private func test(_ program: Program, _ arguments: String...) async throws -> Program.Ended {
    let result = try await LiveHost().run(
      .init([Program.path, "test"] + arguments, directory: program.folder, timeout: 120, outputLimit: 1 << 20))
    return .init(
      status: result.status, output: String(decoding: result.output, as: UTF8.self),
      diagnostics: String(decoding: result.errorOutput, as: UTF8.self))
  }

  @Test func whatPassesAndWhatFailsIsToldAsTAP() async throws {
    let program = try Program()
    _ = try program.file(
      "a_test.lua",
      """
      describe("swap", function()
        it("goes off", function()
          local run = rehearse { machine = "machine.yaml", step = function() swap.off() end }
          expect(run).has_effect { primitive = "swap.off", result = "changed" }
        end)
        it("stays off # twice", function()
          print("a\\tnote")
          expect(1).equals(2)
        end)
      end)
      """)
    let result = try await test(program)
    #expect(result.status == 1)
    #expect(
      result.output == """
        # a_test.lua
        ok 1 - swap > goes off
        # a  note
        not ok 2 - swap > stays off \\# twice
        # a_test.lua:8: expected 2
        #      got 1
        1..2

        """)
    #expect(result.diagnostics == "1 passed, 1 failed\n")
    #expect(try program.read(program.machine) == program.read("\(Program.root)/Examples/machines/reference.yaml"))
  }

  @Test func directoriesAreGoneThroughAndTestsChosenByName() async throws {
    let program = try Program()
    for name in ["b", "b/c", "a", ".hidden"] { try LiveHost().makeDirectory("\(program.folder)/\(name)", mode: 0o755) }
    for name in ["b/c/x_test", "a/y_test", ".hidden/z_test", "a/no"] {
      _ = try program.file("\(name).lua", "it('\(name) works', function() end)")
    }
    let all = try await test(program)
    #expect(all.status == 0)
    #expect(
      all.output == "# a/y_test.lua\nok 1 - a/y_test works\n# b/c/x_test.lua\nok 2 - b/c/x_test works\n1..2\n")
    let two = try await test(program, "b", "a/no.lua")
    #expect(
      two.output == "# b/c/x_test.lua\nok 1 - b/c/x_test works\n# a/no.lua\nok 2 - a/no works\n1..2\n")
    #expect(try await test(program, "--filter", "x_test").output.contains("ok 1 - b/c/x_test works\n1..1"))
    let none = try await test(program, "--filter", "nothing")
    #expect(none.status == 64 && none.diagnostics.contains("no test has 'nothing' in its name"))
  }

  @Test(arguments: [
    ("local x = ", 65, "a_test.lua:1: unexpected symbol near <eof>"),
    ("return 1", 65, "a_test.lua:1: the file has no test"),
    ("error 'no'", 65, "a_test.lua:1: no"),
    ("it('x', function() x = 1 end)", 1, "a_test.lua:1: 'x' would become a global"),
    ("it('x', function() file.read '/etc/hostname' end)", 1, "file.read stands outside of a step"),
    ("it('x', function() require 'vsr.version' end)", 1, "no module 'vsr.version'"),
    ("it('x', function() while true do end end) it('y', function() end)", 1, "ok 2 - y"),
    ("runbook { name = 'x', version = '1' }", 65, "'runbook' is a word of runbooks"),
    ("it('x', function() step('s', function() end) end)", 1, "'step' is a word of runbooks"),
    ("it('x', function() rehearse {} end)", 1, "give runbook = \"NAME\", or step = function() … end"),
    ("it('x', function() rehearse { runbok = 'x' } end)", 1, "no field 'runbok'; did you mean 'runbook'?"),
    (
      "it('x', function() rehearse { runbook = 'instal-single-node' } end)", 1,
      "did you mean 'install-single-node.lua'?"
    ),
    ("it('x', function() rehearse { machine = 'refernce', step = print } end)", 1, "did you mean 'reference'?"),
    (
      "it('x', function() rehearse { machine = { swpa = {} }, step = print } end)", 1, "no 'swpa'; did you mean 'swap'?"
    ),
    ("it('x', function() rehearse { faults = 'wirte=EIO', step = print } end)", 1, "did you mean 'write'?"),
    ("it('x', function() rehearse { runbook = 'install-single-node', ['until'] = 'memroy' } end)", 1, "until memroy: "),
    ("it('x', function() rehearse { step = function() rehearse { step = print } end } end)", 0, "ok 1 - x"),
  ]) func whatIsWrongInAFileHasItsPlace(text: String, status: Int, message: String) async throws {
    let program = try Program()
    _ = try program.file("a_test.lua", text)
    let result = try await test(program, "a_test.lua")
    #expect(result.status == status, "\(result.output)")
    #expect(result.output.contains(message), "\(result.output)")
  }

  @Test func noTestIsAnError() async throws {
    let program = try Program()
    let none = try await test(program)
    #expect(none.status == 64 && none.diagnostics.contains("there is no test in .: no file *_test.lua"))
    let gone = try await test(program, "gone")
    #expect(gone.status == 64 && gone.diagnostics.contains("cannot read gone: No such file or directory"))
  }

  @Test func aSnapshotIsWrittenComparedAndRenewed() async throws {
    let program = try Program()
    func file(_ count: Int) throws {
      _ = try program.file(
        "a_test.lua",
        """
        it("reserves", function()
          local run = rehearse { step = function()
            swap.off()
            hugepages.reserve { node = 0, size = "1GiB", count = \(count) }
          end }
          expect(run).matches_snapshot "pages"
        end)
        """)
    }
    try file(4)
    let missing = try await test(program)
    #expect(missing.status == 1)
    #expect(
      missing.output.contains("a_test.lua:6: a_test.snap has no snapshot 'pages': vsrrun test --update writes it"))
    #expect(try await test(program, "--update").status == 0)
    let written = try program.read("\(program.folder)/a_test.snap")
    #expect(
      written.hasSuffix(
        "\n=== pages\n  step: changed\n    swap.off swap: changed\n"
          + "      areas: { { path = \"/swap.img\", priority = -2 } } → {}\n"
          + "      fstab: file 0644 9926cdd8e024 → file 0644 05ae4c7a9794\n"
          + "    hugepages.reserve node0/1GiB: changed\n      count: 0 → 4\n  -- done\n"), "\(written)")
    #expect(try await test(program).status == 0)

    try file(8)
    let other = try await test(program)
    #expect(other.status == 1)
    #expect(
      other.output.contains(
        """
        # a_test.lua:6: not as in the snapshot 'pages' (- expected, + got); if that is meant: vsrrun test --update
        #   …
        #       fstab: file 0644 9926cdd8e024 → file 0644 05ae4c7a9794
        #     hugepages.reserve node0/1GiB: changed
        # -     count: 0 → 4
        # +     count: 0 → 8
        #   -- done

        """), "\(other.output)")
    #expect(try program.read("\(program.folder)/a_test.snap") == written)
    #expect(try await test(program, "--update").status == 0)
    #expect(try program.read("\(program.folder)/a_test.snap") == written.replacing("→ 4", with: "→ 8"))
  }

  @Test func aSnapshotThatNoTestUsesIsToldAndDropped() async throws {
    let program = try Program()
    let both = """
      it('a', function() expect('x\\n\\ny').matches_snapshot 'a' end)
      it('b', function() expect({ 1 }).matches_snapshot 'b' end)
      """
    _ = try program.file("a_test.lua", both)
    #expect(try await test(program, "--update").status == 0)
    #expect(try await test(program).status == 0)
    _ = try program.file("a_test.lua", String(both.split(separator: "\n")[0]))
    #expect(try await test(program).output.contains("# no test uses the snapshot 'b' any more"))
    #expect(try await !test(program, "--filter", "a").output.contains("any more"))
    #expect(try await test(program, "--update").status == 0)
    #expect(try program.read("\(program.folder)/a_test.snap").hasSuffix("\n=== a\n  x\n\n  y\n"))
    _ = try program.file("a_test.lua", "it('c', function() end)")
    #expect(try await test(program, "--update").status == 0)
    #expect(try LiveHost().status("\(program.folder)/a_test.snap") == nil)
  }

  @Test func aRehearsalTellsWhatCameOfIt() async throws {
    let program = try Program()
    _ = try program.file(
      "r.lua",
      """
      local p = runbook { name = "r", version = "1", params = { list = { type = "list", default = { 1 } } } }
      phase "First"
      step("a", { doc = "D1" }, function() note("hello") return #p.list end)
      checkpoint "between"
      step("b", function() net.up "ens787f0" end)
      """)
    _ = try program.file(
      "a_test.lua",
      """
      it("is all there", function()
        local run = rehearse { runbook = "r.lua", machine = "machine", params = { list = {} } }
        expect(run).ends "done"
        expect({ run.changed, run.held, run.failed, #run.left }).equals { 1, 0, 0, 0 }
        expect(run.step "a").equals { name = "a", phase = "First", doc = "D1", result = "ok", value = 0 }
        expect(run.notes).equals { "hello" }
        expect(run.effect { step = "b" }.after).equals { isUp = true }
        expect(run.events[1].type).equals "run.started"
        expect(run.error).equals(nil)
      end)
      it("stops where it is told to", function()
        expect(#rehearse { runbook = "r.lua", ["until"] = "a" }.steps).equals(1)
      end)
      it("fails, goes on and is taken back", function()
        local faults = { "write:*/flags=EPERM" }
        local run = rehearse { runbook = "r.lua", faults = faults }
        expect(run).ends("failed", "ens787f0")
        expect(run.failed).equals(1)
        expect(rehearse { runbook = "r.lua", faults = faults, resume = true }).ends "done"
        local back = rehearse {
          runbook = "r.lua", faults = { "write:*/flags=kill-after" }, resume = true, rollback = "between",
        }
        expect(back).ends "rolled-back"
        expect(back.look(function() return net.link("ens787f0").up end)).equals(false)
      end)
      it("has a machine of its own", function()
        local table = { like = "machine", swap = {} }
        local first = rehearse { machine = table, step = function() net.up "ens787f0" return #swap.list() end }
        expect(first.value).equals(0)
        local second = rehearse { machine = table, step = function() return net.link("ens787f0").up end }
        expect(second.value).equals(false)
        expect(rehearse { machine = first, step = function() return net.link("ens787f0").up end }.value).equals(true)
      end)
      it("is wrong where parameters do not fit", function()
        local run = rehearse { runbook = "r.lua", params = { lits = {} } }
        expect(run).ends("wrong", "no parameter 'lits'; did you mean 'list'?")
        expect(run.error).contains "a_test.lua:35"
      end)
      """)
    let result = try await test(program)
    #expect(result.status == 0, "\(result.output)")
  }

  @Test func aNewSiteHasATestThatPasses() async throws {
    let program = try Program()
    _ = try await program.call("new", "site", "ours")
    for arguments in [["--site", "ours"], ["ours"]] {
      let result = try await LiveHost().run(.init([Program.path, "test"] + arguments, directory: program.folder))
      #expect(result.status == 0, "\(String(decoding: result.output, as: UTF8.self))")
      #expect(
        String(decoding: result.output, as: UTF8.self).hasSuffix("ok 3 - site-install > can be taken back\n1..3\n"))
    }
    // Its values and its modules are those of the site.
    _ = try program.file("ours/site.yaml", "hugepages: 3\n")
    _ = try program.file("ours/lib/mine.lua", "return { answer = 42 }")
    _ = try program.file(
      "ours/lib/mine_test.lua",
      """
      it("is the site's", function()
        expect(require("mine").answer).equals(42)
        local run = rehearse { runbook = "install-single-node", ["until"] = "hugepages" }
        expect(run).has_effect { primitive = "hugepages.reserve", after = { count = 3 } }
      end)
      """)
    #expect(try await test(program, "ours/lib").status == 0)
    // What is there for tests is no runbook and no module.
    let plan = try await program.call("plan", "site-instal", "--site", "ours", "--machine", "machine.yaml")
    #expect(plan.diagnostics.contains("did you mean 'site-install.lua'?"))
  }
}
