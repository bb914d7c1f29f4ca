import Host
import Journal
import LiveHost
import MachineModel
import Testing
import Values

@testable import Engine

/// The shipped runbook, killed at every record and at every change of the machine, and the power cut there: a resume comes
/// to the same machine and the same history, a rollback to the machine that was.
@Suite struct CrashTests {
  /// Where a process dies.
  enum Death: Hashable {
    case record(Int, powerCut: Bool)
    case change(Int, after: Bool)
  }

  static func shipped() throws -> ScriptSet {
    let files = LiveHost()
    var all = [
      LuaFile(
        name: "runbook/install-single-node.lua",
        content: try files.read("\(Example.root)/runbooks/install-single-node.lua"))
    ]
    for name in try files.list("\(Example.root)/stdlib/vsr") where name.hasSuffix(".lua") {
      all.append(LuaFile(name: "stdlib/vsr/\(name)", content: try files.read("\(Example.root)/stdlib/vsr/\(name)")))
    }
    return ScriptSet(all)
  }

  private static func bench() throws -> Bench {
    let bench = try Bench("")
    bench.scripts = try shipped()
    return bench
  }

  /// Lets `act` run into `death` and plays what a new process finds. False if `act` ended before.
  private static func kill(_ bench: Bench, _ death: Death, _ act: () async -> RunEnd) async throws -> Bool {
    switch death {
    case .record(let count, let powerCut):
      bench.log.appendsLeft = count
      bench.log.isPowerCut = powerCut
    case .change(let number, let after):
      bench.model.faults = [try Fault("*@\(number)=\(after ? "kill-after" : "kill")")]
    }
    let end = await act()
    guard end.error.map(\.endsTheProcess) == true else {
      bench.log.appendsLeft = nil
      bench.model.faults = []
      return false
    }
    bench.log.die()
    bench.model = ModelHost(bench.machine)
    return true
  }

  /// What a history says of effects, without times.
  private static func effects(_ history: History) -> [History.EffectID: Bool] {
    history.effects.mapValues { $0.result == .changed }
  }

  /// Tries `body` with death at 0, 1, 2, … until it no longer comes to die.
  private static func everywhere(_ body: (Death) async throws -> Bool) async throws -> Int {
    var deaths = 0
    let kinds: [(Int) -> Death] = [
      { .record($0, powerCut: false) }, { .record($0, powerCut: true) }, { .change($0 + 1, after: false) },
      { .change($0 + 1, after: true) },
    ]
    for kind in kinds {
      var number = 0
      while try await body(kind(number)) {
        number += 1
        deaths += 1
      }
    }
    return deaths
  }

  @Test func killedAnywhereARunResumesToTheSameMachine() async throws {
    let whole = try Self.bench()
    #expect(await whole.run().error == nil)
    let goal = whole.machine
    let deaths = try await Self.everywhere { death in
      let bench = try Self.bench()
      guard try await Self.kill(bench, death, { await bench.run() }) else { return false }
      let end = bench.log.entries.isEmpty ? await bench.run() : await bench.resume()
      #expect(end.error == nil, "\(death)")
      #expect(bench.differences(from: goal).isEmpty, "\(death)")
      #expect(Self.effects(bench.history) == Self.effects(whole.history), "\(death)")
      return true
    }
    print("killed a run at \(deaths) places")
    #expect(deaths > 250)
  }

  @Test func killedAnywhereARollbackGoesOnToTheMachineThatWas() async throws {
    let done = try Self.bench()
    await done.run()
    let start = try Example.reference()
    let deaths = try await Self.everywhere { death in
      let bench = try Self.bench()
      bench.model = ModelHost(done.machine)
      bench.log.take(over: done.log)
      guard try await Self.kill(bench, death, { await bench.rollback() }) else { return false }
      let end = await bench.rollback()
      #expect(end.error == nil && end.leftovers.isEmpty, "\(death) \(end.leftovers)")
      #expect(bench.differences(from: start).isEmpty, "\(death)")
      return true
    }
    print("killed a rollback at \(deaths) places")
    #expect(deaths > 200)
  }

  @Test func killedAnywhereAndRolledBackTheMachineIsWhatItWas() async throws {
    let start = try Example.reference()
    let deaths = try await Self.everywhere { death in
      let bench = try Self.bench()
      guard try await Self.kill(bench, death, { await bench.run() }) else { return false }
      if bench.log.entries.isEmpty { return true }
      let end = await bench.rollback()
      #expect(end.error == nil && end.leftovers.isEmpty, "\(death) \(end.leftovers)")
      #expect(bench.differences(from: start).isEmpty, "\(death)")
      return true
    }
    print("killed a run and rolled it back at \(deaths) places")
  }

  /// The second death is everywhere in the resume, the first at places spread over the run.
  @Test func killedAnywhereWhileResumingItStillComesToTheSameMachine() async throws {
    let whole = try Self.bench()
    await whole.run()
    let goal = whole.machine
    var deaths = 0
    for first in stride(from: 7, to: whole.log.entries.count, by: 23) {
      deaths += try await Self.everywhere { death in
        let bench = try Self.bench()
        _ = try await Self.kill(bench, .record(first, powerCut: true)) { await bench.run() }
        guard try await Self.kill(bench, death, { await bench.resume() }) else { return false }
        let end = await bench.resume()
        #expect(end.error == nil, "\(first) \(death)")
        #expect(bench.differences(from: goal).isEmpty, "\(first) \(death)")
        return true
      }
    }
    print("killed a resume at \(deaths) places")
    #expect(deaths > 400)
  }
}
