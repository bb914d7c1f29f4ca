internal import Glibc
internal import Synchronization
internal import Values

/// The directory of one run, `<state>/runs/<run>/`, mode 0700: its journal, the former bytes of files that it changed, and
/// the copies of every Lua file that it can load.
///
/// ```
/// journal            the records
/// journal.torn-<n>   torn tails that were set aside
/// unmirrored         there until journald has every record
/// files/<sha256>     former bytes, mode 0600
/// lua/<name>         Lua files, under their relative names
/// ```
public final class RunDirectory: Sendable {
  public let state: String
  public let run: RunID
  let operations: FileOperations
  /// What this process itself made durable in `files/`. What another process left may not have reached the disk.
  let stored = Mutex<Set<Digest>>([])

  private init(_ state: String, _ run: RunID, _ operations: FileOperations) {
    self.state = state
    self.run = run
    self.operations = operations
  }

  public var path: String { "\(Self.runs(state))/\(run)" }
  public var journalPath: String { "\(path)/journal" }
  var filesPath: String { "\(path)/files" }
  var luaPath: String { "\(path)/lua" }

  /// Whether journald has every record of the run, as far as is known. It is no part of the run, and not made durable.
  public var isMirrored: Bool {
    get { access(unmirroredPath, F_OK) != 0 }
    set {
      if newValue { unlink(unmirroredPath) } else { _ = try? OpenFile(unmirroredPath, O_WRONLY | O_CREAT) }
    }
  }

  private var unmirroredPath: String { "\(path)/unmirrored" }

  /// Makes the directory of a new run, and the state directory if need be; it is durable when it returns.
  ///
  /// - Parameters:
  ///   - state: the state directory, such as `/var/lib/vsrrun`.
  ///   - time: microseconds since 1970, for the run's name.
  public static func create(
    state: String, time: Int, operations: FileOperations = .system
  ) throws(JournalError) -> RunDirectory {
    do throws(JournalError) {
      let runs = runs(state)
      try makeDirectories(runs, operations)
      while true {
        let newest = try runIDs(state).max()
        guard let run = RunID(time: time, after: newest, random: .random(in: 0...UInt16.max)) else {
          throw JournalError("name a run in", runs, .invalid("the clock or a run there is beyond the year 9999"))
        }
        let directory = RunDirectory(state, run, operations)
        guard try makeDirectory(directory.path) else { continue }
        for path in [directory.filesPath, directory.luaPath] { _ = try makeDirectory(path) }
        try syncDirectory(directory.path, operations)
        try syncDirectory(runs, operations)
        return directory
      }
    } catch { throw error.beforeStart }
  }

  /// The directory of a run that is there.
  public static func open(
    state: String, run: RunID, operations: FileOperations = .system
  ) throws(JournalError) -> RunDirectory {
    let directory = RunDirectory(state, run, operations)
    do {
      _ = try OpenFile(directory.path, O_RDONLY | O_DIRECTORY)
    } catch {
      throw JournalError("open", directory.path, error.reason, hint: "`vsrrun runs` lists the runs")
    }
    return directory
  }

  /// The runs of a state directory, the newest first. A damaged one is in the list as such, and hides no other.
  public static func list(state: String) throws(JournalError) -> [ListedRun] {
    try runIDs(state).sorted(by: >).map { run in
      let directory = RunDirectory(state, run, .system)
      return ListedRun(
        directory: directory,
        journal: Result { () throws(JournalError) in
          try JournalReader.open(directory.journalPath)
        })
    }
  }

  /// The runs of a state directory of which journald may lack records, the oldest first.
  public static func unmirrored(state: String) throws(JournalError) -> [RunDirectory] {
    try runIDs(state).sorted().map { RunDirectory(state, $0, .system) }.filter { !$0.isMirrored }
  }

  private static func runs(_ state: String) -> String { "\(state)/runs" }

  private static func runIDs(_ state: String) throws(JournalError) -> [RunID] {
    try names(in: runs(state)).compactMap(RunID.init(rawValue:))
  }

  private static func makeDirectories(_ path: String, _ operations: FileOperations) throws(JournalError) {
    guard access(path, F_OK) != 0, path != "/", path != "." else { return }
    let parent = Journal.directory(of: path)
    try makeDirectories(parent, operations)
    if try makeDirectory(path) { try syncDirectory(parent, operations) }
  }
}

/// A run as a list shows it.
public struct ListedRun: Sendable {
  public let directory: RunDirectory
  /// Its journal, or why it cannot be trusted.
  public let journal: Result<JournalContents, JournalError>
}
