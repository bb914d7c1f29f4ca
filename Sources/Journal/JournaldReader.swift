internal import CSystemd
internal import Glibc
internal import Host

/// A run as journald has it.
public struct JournaldRun: Sendable {
  /// The records, in order, each once; where several have one number, the one to which the next is chained.
  public let records: [Record]
  /// The numbers that are missing before the last record.
  public let missing: [ClosedRange<Int>]
  /// The numbers of records that are not chained to the record before them, which is there.
  public let unchained: [Int]
  /// How many entries hold no record whose digest verifies.
  public let unreadable: Int

  var digests: Set<Digest> { Set(records.map(\.digest)) }

  /// Whether nothing is missing or wrong, as far as the last record.
  public var isWhole: Bool { missing.isEmpty && unchained.isEmpty && !records.isEmpty }

  /// - Parameter lines: the `VSRRUN_RECORD` fields, in any order, any of them more than once.
  init(lines: some Sequence<[UInt8]>) {
    var unreadable = 0
    var bySequence: [Int: [Record]] = [:]
    for line in lines {
      guard let record = Record(line: line), record.sequence >= 0 else {
        unreadable += 1
        continue
      }
      let others = bySequence[record.sequence, default: []]
      if !others.contains(where: { $0.digest == record.digest }) { bySequence[record.sequence] = others + [record] }
    }

    var records: [Record] = []
    var missing: [ClosedRange<Int>] = []
    var unchained: [Int] = []
    for sequence in bySequence.keys.sorted(by: >) {
      let candidates = bySequence[sequence, default: []]
      let next = records.last
      let chained = candidates.first { candidate in next.map { $0.follows(candidate) } ?? false }
      guard let record = chained ?? candidates.first else { continue }
      if let next, next.sequence > sequence + 1 { missing.append(sequence + 1...next.sequence - 1) }
      if let next, next.sequence == sequence + 1, !next.follows(record) { unchained.append(next.sequence) }
      records.append(record)
    }
    if let first = records.last, first.sequence > 0 { missing.append(0...first.sequence - 1) }
    self.records = records.reversed()
    self.missing = missing.reversed()
    self.unchained = unchained.reversed()
    self.unreadable = unreadable
  }
}

/// Reads runs back from journald.
public enum JournaldReader {
  /// The records of a run that journald holds.
  ///
  /// - Parameters:
  ///   - directory: journal files to read instead of this machine's.
  ///   - user: whose entries count, this one if nil. journald itself notes the sender, so that no other user can plant records.
  public static func records(
    run: RunID, directory: String? = nil, user: UInt32? = nil
  ) throws(JournalError) -> JournaldRun {
    JournaldRun(lines: try lines(run: run, directory: directory, user: user ?? geteuid()))
  }

  /// The `VSRRUN_RECORD` of every entry of the run.
  static func lines(run: RunID, directory: String?, user: UInt32) throws(JournalError) -> [[UInt8]] {
    var journal: OpaquePointer?
    let place = directory ?? "the journal of this machine"
    func check(_ result: Int32) throws(JournalError) -> Int32 {
      guard result < 0 else { return result }
      throw JournalError(
        "read", place, .system(SystemError(rawValue: -result)),
        hint: "`journalctl VSRRUN_RUN=\(run)` has to work for this user")
    }
    _ = try check(
      directory.map { sd_journal_open_directory(&journal, $0, 0) }
        ?? sd_journal_open(&journal, Int32(SD_JOURNAL_LOCAL_ONLY)))
    defer { sd_journal_close(journal) }
    // The default of 64 KiB would cut long records.
    _ = try check(sd_journal_set_data_threshold(journal, 0))
    for match in ["SYSLOG_IDENTIFIER=vsrrun", "VSRRUN_RUN=\(run)", "_UID=\(user)"] {
      _ = try check(sd_journal_add_match(journal, match, 0))
    }
    var lines: [[UInt8]] = []
    while try check(sd_journal_next(journal)) > 0 {
      var data: UnsafeRawPointer?
      var length = 0
      // An entry without the field, or in a damaged part of a journal file, is one record less; the gap shows.
      guard sd_journal_get_data(journal, field, &data, &length) >= 0, let data else { continue }
      lines.append(Array(UnsafeRawBufferPointer(start: data, count: length).dropFirst(field.utf8.count + 1)))
    }
    return lines
  }

  private static let field = "VSRRUN_RECORD"
}
