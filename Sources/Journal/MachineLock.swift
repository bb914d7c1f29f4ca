internal import Glibc
internal import Host
internal import Values

/// The lock of one machine: of all processes, one may change it.
///
/// It is an flock(2) on a file that is never removed, held by this object: released when it goes, and by the death of
/// the process. The file says who holds it. Its mode is 0600, since whoever can open it can also hold it.
public final class MachineLock: Sendable {
  /// The lock of the machine that this program runs on.
  public static let path = "/run/vsrrun.lock"

  /// Who holds a lock.
  public struct Holder: Codable, Hashable, Sendable {
    public var process: Int
    /// The run, once it has a name.
    public var run: String?
    /// `run`, `resume`, `rollback`, `boot`.
    public var command: String
    /// Microseconds since 1970.
    public var since: Int

    /// This process as a holder.
    public init(run: String?, command: String, since: Int) {
      self.process = Int(getpid())
      self.run = run
      self.command = command
      self.since = since
    }
  }

  /// Why the lock could not be had.
  public enum Failure: Error, CustomStringConvertible {
    /// Another process has it; nil if it has not said who it is.
    case held(path: String, by: Holder?)
    case failed(JournalError)

    public var description: String {
      switch self {
      case .held(let path, let holder?):
        (holder.run.map { "run \($0) (\(holder.command))" } ?? "`vsrrun \(holder.command)`")
          + " has held \(path) since \(UTC.readable(holder.since)), process \(holder.process)"
      case .held(let path, nil): "another process holds \(path), and has not said which"
      case .failed(let error): error.description
      }
    }
  }

  private let file: OpenFile

  /// Takes the lock without waiting.
  ///
  /// - Parameters:
  ///   - path: ``path``, or `FILE.lock` beside a machine file.
  ///   - holder: what others are told.
  public init(_ path: String = MachineLock.path, holder: Holder) throws(Failure) {
    let file: OpenFile
    let isFree: Bool
    do {
      file = try OpenFile(path, O_RDWR | O_CREAT)
      isFree = try file.lock()
    } catch { throw .failed(error) }
    guard isFree else { throw .held(path: path, by: Self.holder(in: file)) }
    self.file = file
    try describe(holder)
  }

  /// Who holds the lock at `path`; nil if nobody does, or nobody may look. Whoever takes it at the same moment is not kept from it.
  public static func holder(of path: String) -> Holder? {
    guard let file = try? OpenFile(path, O_RDONLY), file.isLocked else { return nil }
    return holder(in: file)
  }

  /// Says anew who holds the lock: once the run has its name.
  public func describe(_ holder: Holder) throws(Failure) {
    let text = (try? Value(encoding: holder).json) ?? ""
    do {
      try file.truncate(to: 0)
      try file.write(Array(text.utf8), .system)
    } catch { throw .failed(error) }
  }

  /// What the file says, unless that is of a holder that died: the new one needs a moment to write its own.
  private static func holder(in file: OpenFile) -> Holder? {
    for _ in 0..<20 {
      if let text = try? file.read(limit: 4096), let value = try? Value(json: text),
        let holder = try? value.decode(as: Holder.self),
        let process = pid_t(exactly: holder.process), kill(process, 0) == 0 || errno == EPERM
      {
        return holder
      }
      usleep(5_000)
    }
    return nil
  }
}
