public import Journal
public import Values

/// The log of a real run: its journal and the former contents of files in the run's directory.
public final class JournalLog: RunLog {
  public let directory: RunDirectory
  private let writer: JournalWriter
  /// Contents that were hashed and are not on disk; only those that an intent refers to get there.
  private var pending: [String: [UInt8]] = [:]

  public var run: String { directory.run.rawValue }

  public init(directory: RunDirectory, writer: JournalWriter) {
    self.directory = directory
    self.writer = writer
  }

  public func append(_ kind: Entry.Kind, _ fields: ValueMap) throws -> Entry {
    try Entry(writer.append(kind.rawValue, fields))
  }

  public func sync() throws { try writer.sync() }

  public func hash(_ content: [UInt8]) -> String {
    let hash = Digest(content).hex
    pending[hash] = content
    return hash
  }

  public func keep(_ hashes: [String]) throws {
    for hash in hashes {
      guard let content = pending[hash] else { continue }
      _ = try directory.storeFile(content)
    }
    pending.removeAll(keepingCapacity: true)
  }

  public func keep(_ scripts: ScriptSet) throws -> Value? { try directory.storeLua(scripts.files) }

  public func content(_ hash: String) throws -> [UInt8] {
    if let content = pending[hash] { return content }
    guard let digest = Digest(hex: hash) else { throw RunError.lost(hash) }
    return try directory.file(digest)
  }
}

extension Entry {
  /// The record of a journal; one of a kind that this version does not know is refused.
  public init(_ record: Record) throws {
    guard let kind = Kind(rawValue: record.type) else { throw RunError.unknownRecord(record.type, record.sequence) }
    self.init(sequence: record.sequence, time: record.time, kind: kind, fields: record.fields)
  }
}
