import Engine
import Glibc
import Host
import Journal
import LiveHost
import MachineModel
import Primitives
import Values
import Views

/// A command's hold on a machine and its runs: the lock, the state directory, the engine.
final class Session {
  let machine: OpenMachine
  let state: String
  let engine: Engine
  private let command: String
  private var lock: MachineLock?
  private var mirror: JournaldMirror?
  /// Whose records ``mirror`` sends.
  private var mirrored: RunDirectory?

  /// Takes the machine's lock.
  ///
  /// - Parameter yes: whether the runbook's questions are left to their defaults.
  init(_ options: MachineOptions, state: String, command: String, output: OutputOptions, yes: Bool) throws {
    // The lock comes first: what is read of a machine before belongs to whoever changes it.
    lock = try MachineLock(options.lockPath(), holder: .init(run: nil, command: command, since: LiveHost().now))
    machine = try options.open()
    self.state = state
    self.command = command
    engine = Engine(host: machine.host, observer: output.observer())
    engine.version = Version.text
    engine.program = machine.program
    let live = machine.host as? LiveHost
    if output.verbose {
      live?.commandOutput = { [unowned engine] in Console.progress("      | \(engine.withoutSecrets($0))") }
    }
    engine.interruptedBy = { Interrupts.name }
    engine.tell = output.tell()
    let secrets = SecretStore()
    engine.secret = { try secrets.value($0) }
    let person = Operator(isSpared: yes)
    engine.ask = { try person.answer($0) }
  }

  /// Gives the machine's lock up, for another process of the same command.
  func release() { lock = nil }

  func catalog() throws -> RunCatalog {
    let catalog = try RunCatalog(state: state, machine: machine.host.machineID)
    for (run, error) in catalog.damaged { Console.progress("warning: the run \(run) cannot be read: \(error)") }
    return catalog
  }

  // MARK: The log of a run

  /// Makes the run's directory and journal.
  func makeLog(_ scripts: ScriptSet, _ header: ValueMap) throws -> (any RunLog, Entry) {
    Interrupts.install()
    let directory = try RunDirectory.create(state: state, time: machine.host.now)
    var header = header
    header["run"] = .string(directory.run.rawValue)
    header["lua"] = try directory.storeLua(scripts.files)
    let clock = { [machine] in machine.host.now }
    let writer = try JournalWriter.create(directory.journalPath, header: header, clock: clock)
    let entry = try Entry(writer.last)
    try begin(
      directory, writer, runbook: header["runbook"]?.string ?? "", version: header["version"]?.string ?? "",
      readBack: false)
    return (JournalLog(directory: directory, writer: writer), entry)
  }

  /// Opens a run to go on with it, once no process that it started is at work any more.
  func open(_ listed: RunCatalog.Listed) async throws -> (ScriptSet, Ledger) {
    Interrupts.install()
    let clock = { [machine] in machine.host.now }
    let (writer, contents) = try JournalWriter.reopen(listed.directory.journalPath, clock: clock)
    try begin(
      listed.directory, writer, runbook: listed.history.runbook, version: listed.history.version, readBack: true)
    try await waitForLeftBehind(listed.run)
    let scripts = ScriptSet(
      try listed.directory.luaFiles(contents.records.last { $0["lua"] != nil } ?? contents.header))
    let log = JournalLog(directory: listed.directory, writer: writer)
    return (scripts, engine.ledger(log, entries: try contents.records.map(Entry.init)))
  }

  /// Waits until nothing that the run has started is at work any more.
  func waitForLeftBehind(_ run: String) async throws {
    let isInterrupted = { Interrupts.name != nil }
    try await LeftBehind(machine.host).wait(
      for: run, except: Int(getpid()), deadline: 600, isInterrupted: isInterrupted
    ) { processes in
      Console.progress("waiting for what this run left at work: process \(processes.joined(separator: ", "))")
    }
  }

  private func begin(
    _ directory: RunDirectory, _ writer: JournalWriter, runbook: String, version: String, readBack: Bool
  ) throws {
    try lock?.describe(.init(run: directory.run.rawValue, command: command, since: LiveHost().now))
    (machine.host as? LiveHost)?.run = directory.run.rawValue
    // What happens to a model concerns nobody's audit.
    guard !machine.host.isModel else { return }
    directory.isMirrored = false
    mirrored = directory
    mirror = Self.mirror(directory, runbook: runbook, version: version, readBack: readBack) {
      Console.progress("warning: \($0)")
    }
    writer.mirror = mirror
  }

  private static func mirror(
    _ directory: RunDirectory, runbook: String, version: String, readBack: Bool,
    warn: @escaping @Sendable (String) -> Void
  ) -> JournaldMirror {
    JournaldMirror(
      journal: directory.journalPath, run: directory.run, runbook: runbook, version: version, readBack: readBack,
      describe: { MirrorFields($0) }, warn: warn)
  }

  /// Waits a little for journald to get the rest of this run, and sends it what it still lacks of others.
  private func finishMirrors() {
    guard !machine.host.isModel, let machineID = try? machine.host.machineID else { return }
    if let mirror, let mirrored {
      let left = mirror.finish(deadline: 5)
      mirrored.isMirrored = left == 0
      if left > 0, !mirror.hasWarned {
        Console.progress(
          "warning: journald has not kept \(left) of the run's records (its rate limit or its size?); they are sent later"
        )
      }
    }
    guard JournaldMirror.isAvailable, let others = try? RunDirectory.unmirrored(state: state) else { return }
    for other in others where other.run != mirrored?.run {
      guard let journal = try? JournalReader.open(other.journalPath),
        let history = try? History(journal.records.map(Entry.init)), history.machine == machineID
      else { continue }
      let mirror = Self.mirror(
        other, runbook: history.runbook, version: history.version, readBack: true, warn: { _ in })
      mirror.announce(records: journal.records.count, length: journal.validLength)
      other.isMirrored = mirror.finish(deadline: 2) == 0
    }
  }

  // MARK: The end

  /// Shows how it ended, waits a little for journald, and ends the program with the code that says so.
  ///
  /// - Parameters:
  ///   - ok: the code where nothing went wrong at the end.
  ///   - cause: the failure that led to this end, if one did.
  func finish(_ end: RunEnd, _ output: OutputOptions, ok: Failure.Code? = nil, cause: (any Error)? = nil) throws {
    finishMirrors()
    output.finish(end, cause: cause)
    if let error = end.error {
      Console.error(Failure.text(error))
      if let run = end.ledger?.log.run, end.ledger?.history.status.isUnfinished == true,
        [.failed, .interrupted, .usage].contains(Failure.code(error))
      {
        Console.progress("go on with `vsrrun resume \(run)`, take it back with `vsrrun rollback \(run)`")
      }
      throw Failure.code(error).error
    }
    if !end.leftovers.isEmpty { throw Failure.Code.rollbackIncomplete.error }
    if let ok { throw ok.error }
  }
}

extension MirrorFields {
  /// What journald gets of a record besides the record itself.
  init?(_ record: Record) {
    guard let entry = try? Entry(record) else { return nil }
    let place = entry["source"]?.string?.split(separator: ":") ?? []
    self.init(
      message: Sentence.of(entry), priority: Self.priority(entry), codeFile: place.first.map(String.init),
      codeLine: place.count > 1 ? Int(place[1]) : nil, step: entry["step"]?.string,
      primitive: entry["primitive"]?.string)
  }

  private static func priority(_ entry: Entry) -> Int {
    switch (entry.kind, entry["result"]?.string) {
    case (.intent, _), (.effect, "held"): 7
    case (_, "failed"): 3
    case (.note, _), (.runFinished, "interrupted"): 4
    case (.runStarted, _), (.runFinished, _): 5
    default: 6
    }
  }
}
