internal import Glibc

/// What a journal holds.
public struct JournalContents: Sendable {
  /// At least the header; numbered from 0 without a gap, each chained to the one before.
  public let records: [Record]
  public let header: Record
  public let last: Record
  /// How many bytes of the file the records take.
  public let validLength: Int
  /// What stands after them: a torn tail, empty if there is none.
  public let setAside: [UInt8]
}

/// Reads run journals.
public enum JournalReader {
  /// Reads the journal at `path` and changes nothing.
  ///
  /// From the first bad record on, everything is set aside if no valid record follows it: the tail that a power cut or
  /// a full disk tore. If one does, records that were once durable are lost, and the journal is refused with
  /// ``JournalError/Reason/damaged(record:)``. A valid record is one whose own digest verifies, wherever it begins.
  public static func open(_ path: String) throws(JournalError) -> JournalContents {
    try read(OpenFile(path, O_RDONLY).read(), path)
  }

  /// Reads a whole journal, of which the first records may be known already, and with them where the next one begins.
  static func read(
    _ bytes: [UInt8], _ path: String, after known: [Record] = [], at offset: Int = 0
  ) throws(JournalError) -> JournalContents {
    var records = known
    var start = offset
    while let end = bytes[start...].firstIndex(of: newline), let record = Record(bytes[start..<end]),
      record.follows(records.last)
    {
      records.append(record)
      start = end + 1
    }
    if hasRecord(bytes[start...], after: records.last) {
      throw JournalError("read", path, .damaged(record: records.count))
    }
    guard let header = records.first, let last = records.last else {
      throw JournalError("read", path, .unfinishedHeader)
    }
    guard header["format"] == .integer(Record.formatVersion) else {
      throw JournalError("read", path, .foreignFormat(header["format"]?.integer ?? 0))
    }
    return JournalContents(
      records: records, header: header, last: last, validLength: start, setAside: Array(bytes[start...]))
  }

  private static let newline = UInt8(ascii: "\n")
  private static let beginning = Array(#"{"seq":"#.utf8)
  /// A line is one record, or a few whose newlines are damaged. The limit keeps a hostile line, which has thousands of
  /// places where a record might begin, from costing a hash of its whole length at each.
  private static let placesInLine = 16

  /// Whether a valid record stands anywhere in `rest`, other than the one that only misses its newline: that one is torn.
  private static func hasRecord(_ rest: ArraySlice<UInt8>, after last: Record?) -> Bool {
    var next = rest.startIndex
    while next < rest.endIndex {
      let line = rest[next..<(rest[next...].firstIndex(of: newline) ?? rest.endIndex)]
      let isTorn = line.startIndex == rest.startIndex && line.endIndex == rest.endIndex
      next = line.endIndex + 1
      var places = 0
      var start = line.startIndex
      while places < placesInLine, let brace = line[start...].firstIndex(of: beginning[0]) {
        start = brace + 1
        guard line[brace...].starts(with: beginning) else { continue }
        places += 1
        guard let record = Record(line[brace...]) else { continue }
        if !(isTorn && brace == rest.startIndex && record.follows(last)) { return true }
      }
    }
    return false
  }
}
