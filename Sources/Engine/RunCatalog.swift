public import Journal
import Values

/// The runs of a machine in a state directory, newest first.
public struct RunCatalog {
  /// One run, and what its journal adds up to.
  public struct Listed {
    public var directory: RunDirectory
    public var history: History
    public var run: String { directory.run.rawValue }

    /// Its own copies of the Lua files that it can load.
    public var files: [LuaFile] {
      get throws {
        let journal = try JournalReader.open(directory.journalPath)
        return try directory.luaFiles(journal.records.last { $0["lua"] != nil } ?? journal.header)
      }
    }
  }

  /// Those that can be read.
  public private(set) var runs: [Listed] = []
  /// Those whose journal is damaged, and how.
  public private(set) var damaged: [(run: String, error: any Error)] = []

  /// - Parameters:
  ///   - state: the state directory.
  ///   - machine: only the runs of the machine with this id; nil for all.
  ///   - atWork: the run that a process has in hand now.
  public init(state: String, machine: String?, atWork: String? = nil) throws {
    for listed in try RunDirectory.list(state: state) {
      do {
        var history = History(try listed.journal.get().records.map(Entry.init))
        guard machine == nil || history.machine == machine else { continue }
        history.isAtWork = listed.directory.run.rawValue == atWork
        runs.append(Listed(directory: listed.directory, history: history))
      } catch {
        damaged.append((listed.directory.run.rawValue, error))
      }
    }
  }

  /// The run that has to be resumed, rolled back or abandoned before another begins.
  public var unfinished: Listed? { runs.first { $0.history.status.isUnfinished } }

  /// The runs that changed something which is still there.
  public var standing: [Listed] { runs.filter { !$0.history.standing.isEmpty } }

  /// The newest standing run of each runbook, without those that a later run has ended, and those that are being rolled
  /// back: the runs whose boot steps a boot re-applies.
  public var bootable: [Listed] {
    var seen: Set<String> = []
    return runs.filter { listed in
      let history = listed.history
      if case .done(nil) = history.status { seen.formUnion(history.ends) }
      if case .rollingBack = history.status { return false }
      if case .rolledBack(nil) = history.status { return false }
      guard !history.standing.isEmpty else { return false }
      return seen.insert(history.runbook).inserted
    }
  }

  /// The run that `name` means: its identifier, or the beginning of it if that is unique.
  public func find(_ name: String) throws -> Listed {
    let matches = runs.filter { $0.run.hasPrefix(name) }
    if let match = matches.first(where: { $0.run == name }) ?? (matches.count == 1 ? matches.first : nil) {
      return match
    }
    if let broken = damaged.first(where: { $0.run == name }) { throw broken.error }
    throw RunError.refused(
      matches.isEmpty
        ? "there is no run '\(name)'; `vsrrun runs` lists them"
        : "'\(name)' fits \(matches.count) runs: \(matches.map(\.run).joined(separator: ", "))")
  }

  /// The newest run standing above `run`, which has to be rolled back before it.
  public func standingAbove(_ run: Listed) -> Listed? {
    runs.prefix { $0.run != run.run }.first { !$0.history.standing.isEmpty }
  }
}
