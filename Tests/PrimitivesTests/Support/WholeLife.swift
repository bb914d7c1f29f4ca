import Host
import MachineModel
import Testing
import Values

@testable import Engine
@testable import Primitives

/// Takes an effect through every life it can have on a machine where it does not hold yet, and looks at the whole machine
/// after each: done, done again, undone; killed at and after each operation, then resumed or undone; each operation failing
/// once, then tried again or undone; killed at each operation of the undo.
func checkWholeLife<E: Effect>(
  of type: E.Type, _ arguments: Value, on machine: Machine, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let story = WholeLife(
    type: type, arguments: arguments, machine: machine, start: machine.normalized(), place: sourceLocation)
  let operations = try await story.undisturbed()
  try await story.killed(operations)
  try await story.failing(operations)
  try await story.undoKilled()
}

private struct WholeLife<E: Effect> {
  let type: E.Type
  let arguments: Value
  let machine: Machine
  /// The machine without its times.
  let start: Machine
  let place: SourceLocation

  /// Answers how many operations the effect takes.
  func undisturbed() async throws -> Int {
    let bench = EffectBench(machine, start: start)
    #expect(try await bench.perform(type, arguments) == .changed, sourceLocation: place)
    let operations = bench.host.operations
    let wanted = bench.host.machine
    #expect(!bench.changes.isEmpty, "it changes something", sourceLocation: place)
    #expect(try await bench.perform(type, arguments) == .changed, "this run changed it", sourceLocation: place)
    #expect(bench.host.operations == operations, "a second time does nothing", sourceLocation: place)
    #expect(try await bench.undo() == [], sourceLocation: place)
    #expect(bench.changes == [], "undone", sourceLocation: place)
    #expect(try await bench.undo() == [], "there is nothing left to undo", sourceLocation: place)

    let second = EffectBench(wanted)
    #expect(try await second.perform(type, arguments) == .held, sourceLocation: place)
    #expect(second.host.operations == 0, "where it holds, nothing is touched", sourceLocation: place)
    #expect(try await second.undo() == [], "what only held is not undone", sourceLocation: place)
    #expect(second.changes == [], sourceLocation: place)
    return operations
  }

  func killed(_ operations: Int) async throws {
    for operation in 1...operations {
      for outcome in ["kill", "kill-after"] {
        let fault = "*@\(operation)=\(outcome)"
        for isResumed in [true, false] {
          let bench = EffectBench(machine, start: start)
          try bench.fault(fault)
          let error = await complaint { try await bench.perform(type, arguments) }
          #expect(error.contains("killed"), "\(fault)", sourceLocation: place)
          bench.revive()
          if isResumed {
            #expect(
              try await bench.perform(type, arguments) == .changed, "resumed after \(fault)", sourceLocation: place)
          }
          #expect(try await bench.undo() == [], "\(fault), resumed: \(isResumed)", sourceLocation: place)
          #expect(bench.changes == [], "undone after \(fault), resumed: \(isResumed)", sourceLocation: place)
        }
      }
    }
  }

  func failing(_ operations: Int) async throws {
    for operation in 1...operations {
      let fault = "*@\(operation)=EIO"
      for isTriedAgain in [true, false] {
        let bench = EffectBench(machine, start: start)
        try bench.fault(fault)
        let error = await complaint { try await bench.perform(type, arguments) }
        #expect(error.contains("EIO"), "\(fault)", sourceLocation: place)
        bench.revive()
        if isTriedAgain {
          try await bench.perform(type, arguments)
          let second = EffectBench(bench.host.machine)
          #expect(
            try await second.perform(type, arguments) == .held, "tried again after \(fault)", sourceLocation: place)
        }
        #expect(try await bench.undo() == [], "\(fault), tried again: \(isTriedAgain)", sourceLocation: place)
        #expect(bench.changes == [], "undone after \(fault), tried again: \(isTriedAgain)", sourceLocation: place)
      }
    }
  }

  func undoKilled() async throws {
    for operation in 1... {
      for outcome in ["kill", "kill-after"] {
        let bench = EffectBench(machine, start: start)
        try await bench.perform(type, arguments)
        bench.revive()
        try bench.fault("*@\(operation)=\(outcome)")
        let error = await complaint { try await bench.undo() }
        if error.isEmpty { return }
        bench.revive()
        #expect(try await bench.undo() == [], "undo killed by *@\(operation)=\(outcome)", sourceLocation: place)
        #expect(bench.changes == [], "undo killed by *@\(operation)=\(outcome)", sourceLocation: place)
      }
    }
  }
}
