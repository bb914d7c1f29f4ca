import Host

@testable import Engine
@testable import MachineModel

/// What a death at one moment leaves: the machine, and what of the log can still be read.
///
/// Runs take long to be killed one by one at each of hundreds of places; what each of these deaths would leave is seen in
/// one run that lives. `CrashTests` shows on a sample that a real death leaves the same.
struct Moment: CustomStringConvertible {
  var description: String
  var machine: Machine
  var entries: [Entry]
}

extension Bench {
  /// Plays `act` to its end: how it ended, and all its moments, which are after each record, with and without a power cut, and after
  /// each change of the machine.
  func moments(of act: () async -> RunEnd) async -> (end: RunEnd, moments: [Moment]) {
    var moments: [Moment] = []
    var changes = 0
    var latest = model.machine
    let log = log
    func note(_ place: String) {
      moments.append(Moment(description: place, machine: latest, entries: log.entries))
      if log.durable < log.entries.count {
        moments.append(
          Moment(
            description: "\(place), power cut", machine: latest, entries: Array(log.entries.prefix(log.durable))))
      }
    }
    model = ModelHost(model.machine) { machine in
      latest = machine
      changes += 1
      note("\(self.model.isBeginningPhase ? "phase" : "change") \(changes)")
    }
    log.onAppend = {
      // What a cluster did by itself meanwhile is no change that a command made.
      latest = self.model.machine
      note("record \(log.entries.count - 1)")
    }
    let end = await act()
    log.onAppend = {}
    return (end, moments)
  }

  /// What a new process finds at a moment of another bench.
  convenience init(at moment: Moment, of other: Bench) throws {
    try self.init("", machine: moment.machine)
    scripts = other.scripts
    log.take(over: other.log, entries: moment.entries)
  }
}
