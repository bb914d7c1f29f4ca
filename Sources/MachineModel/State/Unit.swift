/// A systemd unit as the manager has it: what it has read of it, and what became of it.
struct Unit: Equatable, Sendable {
  enum Activity: String, CaseIterable, Sendable {
    /// Its main process runs, or it is mounted, or swapped to.
    case active
    /// Its process has ended and it counts as active (oneshot with RemainAfterExit).
    case exited
    case inactive
    case failed
    /// Its process fails, and it is started again and again.
    case restarting
  }

  /// The text of the unit file below `/usr/lib`, where that belongs to the description of the unit rather than to the
  /// machine's files.
  var fragment: String?

  var activity = Activity.inactive
  /// What the manager has read.
  var loaded = UnitFiles()
  /// The main process that runs.
  var process: UnitProcess?
  /// When the last main process was started; 0 if none was.
  var started = 0

  /// Why its process fails when it is started.
  var fails: String?
  /// Files without which its process fails.
  var needs: [String] = []
}

/// The files that make up a unit: the unit file and its drop-ins, in the order in which they count.
struct UnitFiles: Equatable, Sendable {
  struct File: Equatable, Sendable {
    var path: String
    var text: String
    /// Microseconds since the epoch.
    var modified: Int
  }

  var fragment: File?
  var dropIns: [File] = []

  var all: [File] { (fragment.map { [$0] } ?? []) + dropIns }

  /// The same, whenever the files were written.
  var undated: UnitFiles {
    var undated = self
    undated.fragment?.modified = 0
    for index in undated.dropIns.indices { undated.dropIns[index].modified = 0 }
    return undated
  }
}

/// A unit's main process.
struct UnitProcess: Equatable, Sendable {
  var pid: Int
  /// Microseconds since the epoch.
  var started: Int
  /// What it was started with; nil for one that runs on the machine beneath the model.
  var files: UnitFiles?
}
