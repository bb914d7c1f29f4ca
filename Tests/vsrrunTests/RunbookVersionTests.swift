import Testing
import Values

/// Versions of a runbook side by side.
@Suite struct RunbookVersionTests {
  /// A site that keeps an older version, in which a step is called otherwise.
  private static func program() async throws -> Program {
    let program = try Program()
    _ = try await program.call("new", "site", "ours")
    let shipped = try program.read("\(Program.root)/runbooks/install-single-node.lua")
    let older = shipped.replacing("version = \"2.2.0\"", with: "version = \"1.9.0\"")
      .replacing("step(\"swap-off\"", with: "step(\"no-swap\"").replacing("default = 16", with: "default = 12")
    _ = try await program.call("new", "site", "ours/versions/install-single-node@1.9.0")
    _ = try program.file("ours/versions/install-single-node@1.9.0/install-single-node.lua", older)
    return program
  }

  @Test func aVersionIsNamed() async throws {
    let program = try await Self.program()
    let kept = try await program.call("docs", "install-single-node@1.9.0", "--site", "ours")
    #expect(kept.output.hasPrefix("install-single-node 1.9.0\n"), "\(kept.diagnostics)")
    let present = try await program.call("docs", "install-single-node@2.2.0")
    #expect(present.output.hasPrefix("install-single-node 2.2.0\n"), "\(present.diagnostics)")
    let none = try await program.call("plan", "install-single-node@3", "--site", "ours", "--machine", "machine.yaml")
    #expect(none.status == 64)
    #expect(
      none.diagnostics.contains(
        "there is no version 3 of a runbook 'install-single-node'; installed are install-single-node@1.9.0, install-single-node@2.2.0"
      ), "\(none.diagnostics)")
  }

  @Test func twoVersionsAreCompared() async throws {
    let program = try await Self.program()
    let page = try await program.call(
      "diff", "install-single-node@1.9.0", "install-single-node@2.2.0", "--site", "ours")
    #expect(
      page.output == """
        install-single-node 1.9.0 → install-single-node 2.2.0
        parameters:
          ~ hugepages  integer, 0 or more; default 12 → integer, 0 or more; default 16
        steps:
          - no-swap
          + swap-off

        """, "\(page.output)")
    let same = try await program.call("diff", "install-single-node", "install-single-node", "--output", "json")
    #expect(try Value(json: same.output)["steps"] == [])
  }

  @Test func aPlanTellsWhatAnotherVersionHasDone() async throws {
    let program = try await Self.program()
    let run = try await program.act(
      "run", "install-single-node@1.9.0", "--site", "ours", "--until", "memory-configuration")
    #expect(run.status == 0, "\(run.diagnostics)")
    #expect(try await program.act("runs").output.contains("install-single-node 1.9.0"))
    let plan = try await program.act("plan", "install-single-node")
    #expect(plan.diagnostics.contains(" of install-single-node 1.9.0 (done until memory-configuration) stands"))
    #expect(plan.diagnostics.contains("what 2.2.0 would do to it, whose steps no-swap, swap-off differ"))
    #expect(plan.diagnostics.contains("hugepages.reserve"), "\(plan.diagnostics)")
  }
}
