public import Primitives
public import Values

/// Where the entries of a run go: the run journal on disk, or memory for a rehearsal and a plan.
public protocol RunLog: ContentStore {
  /// The run's identifier.
  var run: String { get }
  /// Adds an entry, in order, not yet durable.
  func append(_ kind: Entry.Kind, _ fields: ValueMap) throws -> Entry
  /// Makes all entries so far durable.
  func sync() throws
  /// Keeps a copy of the Lua files that the run executes from now on; answers what an entry says of them, nil if this log
  /// outlives no process.
  func keep(_ scripts: ScriptSet) throws -> Value?
  /// Makes the contents kept under these hashes durable, before an entry refers to them.
  func keep(_ hashes: [String]) throws
}
