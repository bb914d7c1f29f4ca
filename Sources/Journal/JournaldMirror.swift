internal import Glibc
internal import Host

/// Sends the records of a run to journald, from a thread for which the run never waits.
///
/// The records are in the journal file already, so the thread reads them there, as far as they are durable: nothing
/// has to be handed over that could be lost or could block. At the end the thread reads back what journald has kept, for
/// journald says nothing of an entry that its rate limit dropped, and sends the rest again. What it has not got then is
/// sent when another command is at work on this machine, after reading back what is there.
public final class JournaldMirror: Sendable {
  private let worker: MirrorWorker

  /// - Parameters:
  ///   - journal: the path of the run journal.
  ///   - readBack: whether journald may hold records of this run already: true for every run but a new one.
  ///   - describe: what people see of a record; where it is nil, the record is mirrored as a debug message.
  ///   - warn: called at most once, from the mirror's thread, with what keeps the records from journald.
  public convenience init(
    journal: String, run: RunID, runbook: String, version: String, readBack: Bool,
    describe: @escaping @Sendable (Record) -> MirrorFields?, warn: @escaping @Sendable (String) -> Void
  ) {
    self.init(
      MirrorWorker(
        journal: journal,
        known: { readBack ? Self.digests(run) ?? [] : [] }, kept: { Self.digests(run) },
        send: { (record) throws(JournaldFailure) in
          try JournaldEntry(record, run: run, runbook: runbook, version: version, described: describe(record)).send()
        },
        warn: warn))
  }

  /// What journald has of a run; nil where this user cannot read it.
  private static func digests(_ run: RunID) -> Set<Digest>? { (try? JournaldReader.records(run: run))?.digests }

  /// Whether journald listens.
  public static var isAvailable: Bool { access(JournaldEntry.socketPath, F_OK) == 0 }

  init(_ worker: MirrorWorker) {
    self.worker = worker
    worker.start()
  }

  deinit { worker.end() }

  /// Whether it has said what keeps records from journald.
  public var hasWarned: Bool { worker.monitor.withLock { $0.hasWarned } }

  /// Says that the first `records` records, `length` bytes of the journal, are durable.
  public func announce(records: Int, length: Int) {
    worker.monitor.withLock { state in
      state.records = records
      state.length = length
    }
  }

  /// Waits until journald has every announced record, at most `deadline` seconds, and not at all where there is no journald.
  ///
  /// - Returns: how many records it has not got. The thread may still be waiting for it; the process can end meanwhile.
  public func finish(deadline: Double) -> Int {
    worker.end()
    _ = worker.monitor.wait(seconds: deadline) { $0.hasEnded ? () : nil }
    return worker.monitor.withLock { $0.records - $0.mirrored }
  }
}

/// The thread of a mirror, and what it shares with the run.
final class MirrorWorker: Sendable {
  struct State {
    /// How far the journal is durable.
    var records = 0
    var length = 0
    /// How many records journald has.
    var mirrored = 0
    var hasWarned = false
    var isEnding = false
    var hasEnded = false
  }

  /// How long to wait before journald is asked again while the run ends, in seconds.
  private static let pause = 0.05

  let monitor = Monitor(State())
  private let journal: String
  private let known: @Sendable () -> Set<Digest>
  private let kept: @Sendable () -> Set<Digest>?
  private let send: @Sendable (Record) throws(JournaldFailure) -> Void
  private let warn: @Sendable (String) -> Void

  init(
    journal: String, known: @escaping @Sendable () -> Set<Digest>,
    kept: @escaping @Sendable () -> Set<Digest>? = { nil },
    send: @escaping @Sendable (Record) throws(JournaldFailure) -> Void, warn: @escaping @Sendable (String) -> Void
  ) {
    self.journal = journal
    self.known = known
    self.kept = kept
    self.send = send
    self.warn = warn
  }

  func end() { monitor.withLock { $0.isEnding = true } }

  func start() {
    // The thread inherits this mask: signals are the run's business.
    var all = sigset_t()
    var former = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &former)
    defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
    var thread = pthread_t()
    let worker = Unmanaged.passRetained(self)
    let result = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<MirrorWorker>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, worker.toOpaque())
    if result == 0 {
      pthread_detach(thread)
    } else {
      worker.release()
      warn("nothing goes to journald: cannot start a thread: \(SystemError(rawValue: result))")
      monitor.withLock { $0.hasEnded = true }
    }
  }

  private func run() {
    let present = known()
    var position = 0
    var tried = 0
    while let next = monitor.wait(for: { $0.length > tried || $0.isEnding ? $0 : nil }) {
      tried = next.length
      var isDone = true
      do {
        try mirror(from: &position, to: next.length, except: present)
      } catch {
        isDone = !error.isPassing
        let hasWarned = monitor.withLock { state in
          defer { state.hasWarned = true }
          return state.hasWarned
        }
        if !hasWarned { warn(error.description) }
      }
      guard next.isEnding else { continue }
      if isDone {
        if position == next.length { confirm(next.records) }
        break
      }
      _ = monitor.wait(seconds: Self.pause) { _ in nil as Void? }
    }
    monitor.withLock { $0.hasEnded = true }
  }

  /// The pauses between looks at what journald has kept, in seconds: it writes a moment after it was handed an entry.
  private static let looks = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4]

  /// Sends again what journald was handed and has not kept, as long as that helps. Where nothing can be read back, what was
  /// handed over counts.
  private func confirm(_ count: Int) {
    guard let records = try? JournalReader.open(journal).records.prefix(count) else { return }
    var former = Int.max
    while true {
      var lacking: [Record] = []
      for pause in Self.looks {
        guard let kept = kept() else { return }
        lacking = records.filter { !kept.contains($0.digest) }
        monitor.withLock { $0.mirrored = count - lacking.count }
        if lacking.isEmpty { return }
        _ = monitor.wait(seconds: pause) { _ in nil as Void? }
      }
      guard lacking.count < former else { return }
      former = lacking.count
      for record in lacking {
        do { try send(record) } catch { return }
      }
    }
  }

  /// Sends the records between two positions of the journal. `position` goes on with each that journald has.
  private func mirror(from position: inout Int, to length: Int, except present: Set<Digest>) throws(MirrorFailure) {
    guard position < length else { return }
    let bytes: [UInt8]
    do {
      bytes = try OpenFile(journal, O_RDONLY).read(from: position, limit: length - position)
    } catch { throw .journal(error.description) }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let record = Record(line) else { throw .journal("\(journal) was changed at byte \(position)") }
      if !present.contains(record.digest) {
        do { try send(record) } catch { throw .journald(error) }
      }
      position += line.count + 1
      monitor.withLock { $0.mirrored += 1 }
    }
  }
}

/// What keeps a record from journald.
private enum MirrorFailure: Error, CustomStringConvertible {
  case journald(JournaldFailure)
  case journal(String)

  /// Whether it may be over in a moment.
  var isPassing: Bool {
    if case .journald(let failure) = self { !failure.isAbsent } else { false }
  }

  var description: String {
    let cause =
      switch self {
      case .journald(let failure) where failure.isAbsent: "nothing listens at \(JournaldEntry.socketPath)"
      case .journald(let failure): "journald does not answer: \(SystemError(rawValue: failure.error))"
      case .journal(let words): words
      }
    return "the records do not reach journald: \(cause); the run goes on, and they are sent later"
  }
}
