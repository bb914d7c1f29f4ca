import Values

/// The log of a run and what it adds up to: every entry goes through here, to the log, the history and the views.
public final class Ledger {
  public let log: any RunLog
  public private(set) var history: History
  private let observer: (Event) -> Void

  /// - Parameters:
  ///   - entries: those that stand in the log already.
  ///   - observer: gets an event for each entry added from now on that is one.
  public init(_ log: any RunLog, entries: [Entry] = [], observer: @escaping (Event) -> Void) {
    self.log = log
    self.history = History(entries)
    self.observer = observer
  }

  /// Adds an entry; it becomes durable with the next ``sync()``.
  func record(_ kind: Entry.Kind, _ fields: ValueMap) throws {
    let entry = try log.append(kind, fields)
    history.apply(entry)
    if let event = Event(entry, run: log.run) { observer(event) }
  }

  func sync() throws { try log.sync() }
}
