import Host
import MachineModel
import Testing
import Values

@testable import Engine

/// Observe, intent, apply, observe again, record.
@Suite struct EffectLifeTests {
  static let write = "file.write { path = '/etc/out', content = 'x' }"

  @Test func argumentsAreCheckedAgainstTheSignature() async throws {
    let bench = try Bench(step: "\n\nnet.up { devise = 'ens787f0' }")
    let error = await bench.run().error
    guard case RunError.wrong(let text)? = error else { throw Unexpected(error) }
    #expect(text.hasPrefix("test.lua:5: net.up: "))
    #expect(text.contains("device"))
  }

  @Test func whatHoldsIsRecordedAsHeldWithoutAnIntent() async throws {
    let bench = try Bench(step: "mount.ensure { path = '/dev/hugepages', type = 'hugetlbfs' }")
    await bench.run()
    #expect(bench.results("mount.ensure") == ["held"])
    #expect(!bench.log.entries.contains { $0.kind == .intent })
    #expect(bench.model.operations == 0)
  }

  @Test func theIntentWithTheFormerValueIsDurableBeforeTheMachineIsTouched() async throws {
    let bench = try Bench(step: "net.up 'ens787f0'")
    bench.model.faults = [try Fault("*@1=kill")]
    bench.log.isPowerCut = true
    await bench.run()
    bench.log.die()
    let intent = try #require(bench.log.entries.last)
    #expect(intent.kind == .intent)
    #expect(intent["before"] == ["isUp": false])
  }

  @Test func aChangedEffectCostsOneSyncAndAnUnchangedOneNone() async throws {
    func syncs(_ effects: Int) async throws -> Int {
      let body = (0..<effects).map { "file.write { path = '/etc/out\($0)', content = 'x' }" }.joined(separator: "\n")
      let bench = try Bench(step: body)
      await bench.run()
      let first = bench.log.syncs
      let again = try Bench(step: body, machine: bench.machine)
      await again.run()
      #expect(again.results("file.write") == Array(repeating: "held", count: effects))
      #expect(again.log.syncs == first - effects)
      return first
    }
    let base = try await syncs(0)
    #expect(try await syncs(1) == base + 1)
    #expect(try await syncs(7) == base + 7)
  }

  @Test func anEffectThatDoesNotTakeHoldFailsWhateverApplyReturned() async throws {
    let bench = try Bench(step: "hugepages.reserve { node = 0, count = 100000 }")
    let error = await bench.run().error
    guard case RunError.failed(let text, _)? = error else { throw Unexpected(error) }
    #expect(text.contains("default_hugepagesz=1G"))
    #expect(bench.results("hugepages.reserve") == ["failed"])
    #expect(bench.history.status == .failed)
  }

  @Test func anOpenIntentThatHoldsNowIsRecordedAsChanged() async throws {
    let bench = try Bench(step: "if \(Self.write) then note 'changed' end")
    bench.model.faults = [try Fault("replace@1=kill-after")]
    await bench.run()
    bench.log.die()
    bench.model = ModelHost(bench.machine)
    await bench.resume()
    #expect(bench.results("file.write") == ["changed"])
    #expect(bench.notes == ["changed"])
    #expect(bench.model.operations == 0)
  }

  @Test func whatWasGivenUpAndTookHoldAfterwardsIsRecordedAsChanged() async throws {
    let bench = try Bench(step: "if net.up 'ens787f0' then note 'changed' end")
    bench.model.faults = [try Fault("write@1=hang")]
    #expect(await bench.run().error != nil)
    #expect(bench.results("net.up") == ["failed"])
    try await bench.model.writeAttribute("/sys/class/net/ens787f0/flags", "0x1003")
    #expect(await bench.resume().error == nil)
    #expect(bench.results("net.up") == ["failed", "changed"])
    #expect(bench.notes == ["changed"])
  }

  @Test func whatThisRunChangedCountsAsChangedWhenItsStepRunsAgain() async throws {
    let bench = try Bench(
      step: "if \(Self.write) then note 'changed' end if not file.stat '/etc/go' then error 'stop' end")
    await bench.run()
    #expect(bench.history.counts.changed == 1)
    await bench.resume()
    #expect(bench.notes == ["changed", "changed"])
    #expect(bench.results("file.write") == ["changed"])
    #expect(bench.history.counts.changed == 1)
  }

  @Test func undoUsesTheFirstFormerValue() async throws {
    let bench = try Bench(step: "\(Self.write) if not file.stat '/etc/go' then error 'stop' end")
    await bench.run()
    let other = try Bench(step: "file.write { path = '/etc/out', content = 'another' }", machine: bench.machine)
    await other.run()
    bench.model = ModelHost(other.machine)
    await bench.resume()
    #expect(bench.results("file.write") == ["changed", "changed"])
    await bench.rollback()
    #expect(bench.differences(from: try Example.reference()).isEmpty)
  }

  @Test func aFailedEffectCanBeCaughtByTheScript() async throws {
    let bench = try Bench(step: "local ok, why = pcall(net.up, 'eth9') note(why) note(tostring(ok))")
    #expect(await bench.run().error == nil)
    #expect(bench.notes.first?.hasPrefix("test.lua:3: there is no network device eth9") == true)
  }

  @Test func whatAProgramLeftAtWorkIsFound() throws {
    #expect(try LeftBehind(ModelHost(Example.reference())).processes(of: "r", except: 1).isEmpty)
  }
}
