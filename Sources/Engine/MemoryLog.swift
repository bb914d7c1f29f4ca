import Journal
public import Values

/// The log of a rehearsal or a plan: it lives as long as this program.
public final class MemoryLog: RunLog {
  public let run: String
  public private(set) var entries: [Entry] = []
  private let clock: () -> Int
  private var contents: [String: [UInt8]] = [:]

  /// - Parameter clock: microseconds since the epoch.
  public init(run: String = "rehearsal", clock: @escaping () -> Int) {
    self.run = run
    self.clock = clock
  }

  public func append(_ kind: Entry.Kind, _ fields: ValueMap) -> Entry {
    let entry = Entry(sequence: entries.count, time: clock(), kind: kind, fields: fields)
    entries.append(entry)
    return entry
  }

  public func sync() {}
  public func keep(_ hashes: [String]) {}
  public func keep(_ scripts: ScriptSet) -> Value? { nil }

  public func hash(_ content: [UInt8]) -> String {
    let hash = Digest(content).hex
    contents[hash] = content
    return hash
  }

  public func content(_ hash: String) throws -> [UInt8] {
    guard let content = contents[hash] else { throw RunError.lost(hash) }
    return content
  }
}
