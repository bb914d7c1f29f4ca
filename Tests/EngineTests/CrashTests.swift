import Host
import Journal
import LiveHost
import MachineModel
import Testing
import Values

@testable import Engine

/// The whole shipped runbook, killed at every record and at every change of the machine, and the power cut there: a resume
/// comes to the same machine and the same history, a rollback to the machine that was.
@Suite struct CrashTests {
  static func shipped(_ name: String = "install-single-node") throws -> ScriptSet {
    let files = LiveHost()
    var all = [
      LuaFile(name: "runbook/\(name).lua", content: try files.read("\(Example.root)/runbooks/\(name).lua"))
    ]
    for folder in ["stdlib/vsr", "stdlib/vsr/nics"] {
      for name in try files.list("\(Example.root)/\(folder)")
      where name.hasSuffix(".lua") && !name.hasSuffix("_test.lua") {
        all.append(LuaFile(name: "\(folder)/\(name)", content: try files.read("\(Example.root)/\(folder)/\(name)")))
      }
    }
    return ScriptSet(all)
  }

  private static let start = Result { try Example.reference() }

  private static func bench() throws -> Bench {
    let bench = try Bench("", machine: start.get())
    bench.scripts = try shipped()
    return bench
  }

  /// What a history says of effects, without times.
  private static func effects(_ history: History) -> [History.EffectID: Bool] {
    history.effects.mapValues { $0.result == .changed }
  }

  @Test func killedAnywhereARunResumesToTheSameMachine() async throws {
    let whole = try Self.bench()
    let (end, moments) = await whole.moments { await whole.run() }
    #expect(end.error == nil)
    let goal = whole.machine.normalized()
    for moment in moments {
      let bench = try Bench(at: moment, of: whole)
      let end = moment.entries.isEmpty ? await bench.run() : await bench.resume()
      #expect(end.error == nil, "\(moment)")
      #expect(bench.differences(from: goal).isEmpty, "\(moment)")
      #expect(Self.effects(bench.history) == Self.effects(whole.history), "\(moment)")
    }
    print("killed a run at \(moments.count) places")
    #expect(moments.count > 550)
  }

  @Test func killedAnywhereARollbackGoesOnToTheMachineThatWas() async throws {
    let whole = try Self.bench()
    await whole.run()
    let (end, moments) = await whole.moments { await whole.rollback() }
    #expect(end.error == nil && end.leftovers.isEmpty, "\(end.leftovers)")
    for moment in moments {
      let bench = try Bench(at: moment, of: whole)
      let end = await bench.rollback()
      #expect(end.error == nil && end.leftovers.isEmpty, "\(moment) \(end.leftovers)")
      #expect(bench.differences(from: try Self.start.get()).isEmpty, "\(moment)")
    }
    print("killed a rollback at \(moments.count) places")
    #expect(moments.count > 400)
  }

  @Test func killedAnywhereAndRolledBackTheMachineIsWhatItWas() async throws {
    let whole = try Self.bench()
    let (_, moments) = await whole.moments { await whole.run() }
    // Every other place: the two tests above are at all of them.
    let places = moments.enumerated().filter { $0.offset % 2 == 1 && !$0.element.entries.isEmpty }.map(\.element)
    for moment in places {
      let bench = try Bench(at: moment, of: whole)
      let end = await bench.rollback()
      #expect(end.error == nil && end.leftovers.isEmpty, "\(moment) \(end.leftovers)")
      #expect(bench.differences(from: try Self.start.get()).isEmpty, "\(moment)")
    }
    print("killed a run and rolled it back at \(places.count) places")
    #expect(places.count > 250)
  }

  /// The first death is at places spread over the run, the second at places spread over each resume.
  @Test func killedAnywhereWhileResumingItStillComesToTheSameMachine() async throws {
    let whole = try Self.bench()
    let (_, firsts) = await whole.moments { await whole.run() }
    let goal = whole.machine.normalized()
    var deaths = 0
    for first in Swift.stride(from: 7, to: firsts.count, by: 61) {
      let resumed = try Bench(at: firsts[first], of: whole)
      let (_, seconds) = await resumed.moments { await resumed.resume() }
      for second in Swift.stride(from: first % 17, to: seconds.count, by: 17) {
        let bench = try Bench(at: seconds[second], of: resumed)
        let end = await bench.resume()
        #expect(end.error == nil, "\(firsts[first]), \(seconds[second])")
        #expect(bench.differences(from: goal).isEmpty, "\(firsts[first]), \(seconds[second])")
        deaths += 1
      }
    }
    print("killed a resume at \(deaths) places")
    #expect(deaths > 150)
  }

  /// A death that a fault brings about leaves what the moment of a living run says it leaves.
  @Test func aMomentIsWhatADeathLeaves() async throws {
    let whole = try Self.bench()
    let (_, moments) = await whole.moments { await whole.run() }
    for moment in moments.enumerated().filter({ $0.offset % 37 == 5 }).map(\.element) {
      let bench = try Self.bench()
      let words = moment.description.split { $0 == " " || $0 == "," }
      let number = try #require(Int(words[1]))
      if words[0] == "record" {
        bench.log.appendsLeft = number
      } else {
        // What a phase finds is what a death at its beginning leaves.
        bench.model.faults = [try Fault("*@\(number)=\(words[0] == "phase" ? "kill" : "kill-after")")]
      }
      bench.log.isPowerCut = words.count > 2
      #expect(await bench.run().error.map(\.endsTheProcess) == true, "\(moment)")
      bench.log.die()
      #expect(bench.differences(from: moment.machine).isEmpty, "\(moment)")
      #expect(bench.log.entries.map(\.kind) == moment.entries.map(\.kind), "\(moment)")
    }
  }
}
