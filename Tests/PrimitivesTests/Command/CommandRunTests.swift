import Host
import Testing
import Values

@testable import Primitives

/// The commands are those that the machine model knows: a link's MTU set by ip(8) stands for any work.
struct CommandRunTests {
  private let unknown: Value = [
    "argv": ["ssh-keygen", "-A"], "check": ["test", "-e", "/etc/ssh/key"], "irreversible": "keys stay",
  ]

  @Test func aCommandThatTheModelKnows() async throws {
    let bench = try EffectBench(.reference)
    let call: Value = [
      "argv": ["modprobe", "overlay"], "check": ["modprobe", "-r", "nosuch"],
      "rollback": ["modprobe", "-r", "overlay"],
    ]
    let text = await complaint { try await bench.perform(CommandRun.self, call) }
    #expect(text == "the command ended well, but its check (modprobe -r nosuch) does not")
    let holds: Value = ["argv": ["modprobe", "nosuch"], "check": ["modprobe", "overlay"], "irreversible": "x"]
    #expect(try await bench.perform(CommandRun.self, holds) == .held)
  }

  @Test func oneThatFailsIsToldInItsOwnWords() async throws {
    let bench = try EffectBench(.reference)
    let call: Value = ["argv": ["modprobe", "nosuch"], "check": ["modprobe", "-r", "nosuch"], "irreversible": "x"]
    let text = await complaint { try await bench.perform(CommandRun.self, call) }
    #expect(text.contains("modprobe nosuch ended with status 1: modprobe: FATAL: Module nosuch not found"))
  }

  @Test func aCheckWhoseProgramIsNotThereSaysNotDone() async throws {
    let bench = try EffectBench(.reference)
    try bench.fault("run:docker info@1=ENOENT")
    let call: Value = ["argv": ["install-docker"], "check": ["docker", "info"], "irreversible": "x"]
    let text = await complaint { try await bench.perform(CommandRun.self, call) }
    #expect(!text.contains("ENOENT"), "\(text)")
  }

  @Test func whatTheModelDoesNotKnowIsAssumedNeededAndDone() async throws {
    let host = try EffectBench(.reference).host
    let context = Context(host: host, contents: NoContents())
    let run = try Signature.decode(CommandRun.self, [unknown])
    var state = try await run.observe(context)
    #expect(!run.holds(state))
    try await run.apply(context, from: state)
    state = try await run.observe(context)
    #expect(run.holds(state) && state.isAssumed == true)
  }

  @Test func oneThatCannotBeTakenBackIsListed() async throws {
    let bench = try EffectBench(.reference)
    let call: Value = [
      "argv": ["modprobe", "nosuch"], "check": ["modprobe", "-r", "nosuch"], "irreversible": "why not",
    ]
    _ = await complaint { try await bench.perform(CommandRun.self, call) }
    #expect(try await bench.undo().count == 1, "what was begun and not seen to end may have left something")
    #expect(try Signature.decode(CommandRun.self, [unknown]).irreversible == "keys stay")
  }

  @Test(arguments: ["kill", "kill-after"])
  func cutOffItRunsAgain(outcome: String) async throws {
    let bench = try EffectBench(.reference)
    try bench.fault("run:modprobe overlay=\(outcome)")
    let call: Value = [
      "argv": ["modprobe", "overlay"], "check": ["modprobe", "-r", "nosuch"],
      "rollback": ["modprobe", "-r", "overlay"],
    ]
    #expect(await complaint { try await bench.perform(CommandRun.self, call) }.contains("killed"))
    bench.revive()
    #expect(await complaint { try await bench.perform(CommandRun.self, call) }.contains("its check"))
    #expect(try LoadedModules.names(bench.host).contains("overlay"))
  }

  @Test func badArgumentsAreNamed() {
    #expect(complaint(of: CommandRun.self, ["argv": ["a"], "check": ["b"]]).contains("give one of rollback = { … }"))
    #expect(
      complaint(of: CommandRun.self, ["argv": ["a"], "check": ["b"], "rollback": ["c"], "irreversible": "x"]).contains(
        "give one of"))
    #expect(
      complaint(of: CommandRun.self, ["argv": [], "check": ["b"], "irreversible": "x"])
        == "command.run: argument 'argv': expected a program")
    #expect(
      complaint(of: CommandRun.self, ["argv": ["a"], "check": [""], "irreversible": "x"]).contains("argument 'check'"))
    #expect(
      complaint(of: CommandRun.self, ["argv": ["a"], "check": ["b"], "rollback": []]).contains("argument 'rollback'"))
    #expect(
      complaint(of: CommandRun.self, ["argv": ["a"], "check": ["b"], "irreversible": "x", "timeout": 0]).contains(
        "argument 'timeout'"))
    #expect(
      complaint(of: CommandRun.self, ["argv": ["a"], "check": ["b"], "irreversible": "x", "environment": ["A": 1]])
        == "command.run: argument 'environment': 'A': expected string, got 1")
    #expect(
      complaint(of: CommandRun.self, ["argv": "rm -rf /", "check": ["b"], "irreversible": "x"]).contains(
        "expected list of string"))
  }
}

private final class NoContents: ContentStore {
  func hash(_ content: [UInt8]) -> String { "" }
  func content(_ hash: String) throws -> [UInt8] { [] }
}
