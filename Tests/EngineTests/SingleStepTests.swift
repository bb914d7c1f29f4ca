import Host
import Journal
import Lua
import MachineModel
import Primitives
import Testing
import Values

@testable import Engine

/// Primitives that are performed one by one, without a runbook.
@Suite struct SingleStepTests {
  private let model: ModelHost
  private let log = MemoryLog { 0 }
  private let place = SourcePlace(file: "x_test.lua", line: 3)

  init() throws { model = ModelHost(try Example.reference()) }

  private func begin() async throws -> SingleStep {
    try await SingleStep(Engine(host: model), name: "step", log: log, entries: log.entries, place: place)
  }

  private func call(_ name: String, _ arguments: Value...) -> Call {
    Call(name: name, arguments: arguments, place: place)
  }

  private func value(_ answer: SingleStep.Answer) throws -> Value {
    guard case .value(let value) = answer else { throw PrimitiveError("\(answer)") }
    return value
  }

  @Test func effectsAndQueriesWorkAndAreRecorded() async throws {
    let step = try await begin()
    _ = try value(await step.answer(call("swap.off")))
    #expect(try value(await step.answer(call("swap.list"))) == [])
    _ = try value(await step.answer(call("note", "hello")))
    #expect(await step.end(returning: ["a": 1], at: place).error == nil)
    let effect = try #require(log.entries.first { $0.kind == .effect })
    #expect(effect["result"] == "changed" && effect["step"] == "step" && effect["source"] == "x_test.lua:3")
    #expect(log.entries.last?["result"] == "done")
    #expect(History(log.entries).steps["step"]?.value == ["a": 1])
  }

  @Test func whatTheScriptMayCatchIsRaised() async throws {
    let step = try await begin()
    for (name, text) in [("net.mtu", "net.mtu: argument 'device'"), ("sysfs.wirte", "no primitive 'sysfs.wirte'")] {
      guard case .raise(let message) = await step.answer(call(name)) else { throw PrimitiveError(name) }
      #expect(message.contains(text))
    }
    let end = await step.end(failing: RunError.failed("no", traceback: []))
    #expect(end.error != nil && log.entries.last?["result"] == "failed" && log.entries.last?["error"] == "no")
  }

  @Test func aKillIsTheEndOfIt() async throws {
    model.faults = [try Fault("swapoff=kill")]
    let step = try await begin()
    guard case .over(let error) = await step.answer(call("swap.off")) else { throw PrimitiveError("goes on") }
    #expect((error as? HostError)?.reason == .killed)
    _ = await step.end(failing: error)
    #expect(!log.entries.contains { $0.kind == .runFinished })
  }

  @Test func afterARebootItIsBegunAgainAndTheSameReasonHolds() async throws {
    let first = try await begin()
    guard case .over(let error) = await first.answer(call("host.reboot", "why")) else {
      throw PrimitiveError("goes on")
    }
    guard case RunError.rebooting(let reason)? = await first.end(failing: error).error else { throw error }
    #expect(reason == "why")
    let second = try await begin()
    #expect(try value(await second.answer(call("host.reboot", "why"))) == true)
    #expect(await second.end(returning: nil, at: place).error == nil)
    #expect(log.entries.filter { $0.kind == .runFinished }.map { $0["result"] } == ["rebooting", "done"])
  }

  @Test func itIsTakenBackLikeARun() async throws {
    let before = model.machine.normalized()
    let step = try await begin()
    _ = try value(await step.answer(call("swap.off")))
    _ = await step.end(returning: nil, at: place)
    let engine = Engine(host: model)
    let end = await engine.rollback(ScriptSet([]), engine.ledger(log, entries: log.entries))
    #expect(end.error == nil && end.leftovers.isEmpty)
    #expect(model.machine.normalized().differences(from: before).isEmpty)
  }
}
