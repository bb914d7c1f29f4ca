public import Values

/// One record of a run journal: one line of JSON that can be verified alone, and in the chain of all records.
///
/// `{"seq":N,"time":µs,"type":"…",…fields…,"prev":"<64 hex>","digest":"<64 hex>"}`: the digest is the SHA-256 of the
/// line's bytes before `,"digest":"`, and `prev` is the digest of the record before, 64 zeros in the header.
public struct Record: Hashable, Sendable {
  /// The version of the format that this program writes and reads; the header's `format`.
  public static let formatVersion = 1

  /// The number of the record in its run; the header's is 0. Order comes from it, never from the clock.
  public let sequence: Int
  /// Microseconds since 1970, by the clock of the machine at the time.
  public let time: Int
  public let type: String
  public let fields: ValueMap
  public let previous: Digest
  public let digest: Digest
  /// The line as it stands in the journal, without its newline.
  public let line: [UInt8]

  public subscript(field: String) -> Value? { fields[field] }

  /// Reads a line whose own digest verifies; nil for every other.
  public init?(line: [UInt8]) { self.init(line[...]) }

  /// Makes the record that follows `previous`.
  ///
  /// - Throws: the words of what is wrong with `type` or `fields`.
  init(sequence: Int, time: Int, type: String, fields: ValueMap, previous: Digest) throws(JournalError.Reason) {
    var map: ValueMap = ["seq": .integer(sequence), "time": .integer(time), "type": .string(type)]
    for (key, value) in fields {
      guard !Self.ownKeys.contains(key) else {
        throw .invalid("the field '\(key)' of '\(type)' has a record's own name")
      }
      map[key] = value
    }
    map["prev"] = .string(previous.hex)
    var line = Array(Value.map(map).json.utf8.dropLast())
    let digest = Digest(line)
    line += Self.digestKey + digest.hex.utf8 + Self.end
    // What stands in memory is what a resumed run will read, and nothing is written that could not be read.
    guard let record = Record(line: line) else { throw .invalid("'\(type)' is nested too deeply for a record") }
    self = record
  }

  private static let ownKeys = ["seq", "time", "type", "prev", "digest"]
  private static let digestKey = Array(#","digest":""#.utf8)
  private static let end = Array(#""}"#.utf8)
  private static let tailLength = digestKey.count + 64 + end.count

  init?(_ line: ArraySlice<UInt8>) {
    guard line.count > Self.tailLength else { return nil }
    let tail = line.suffix(Self.tailLength)
    let digits = tail.dropFirst(Self.digestKey.count).prefix(64)
    guard tail.starts(with: Self.digestKey), line.suffix(Self.end.count).elementsEqual(Self.end) else { return nil }
    let digest = line.withUnsafeBytes { Digest(of: UnsafeRawBufferPointer(rebasing: $0.dropLast(Self.tailLength))) }
    guard digits.elementsEqual(digest.hex.utf8) else { return nil }

    guard case .map(var map)? = try? Value(json: line),
      map.keys.prefix(3).elementsEqual(Self.ownKeys.prefix(3)),
      map.keys.suffix(2).elementsEqual(Self.ownKeys.suffix(2)),
      let sequence = map["seq"]?.integer, let time = map["time"]?.integer, let type = map["type"]?.string,
      let previous = map["prev"]?.string.flatMap(Digest.init(hex:))
    else { return nil }
    map.removeFirst(3)
    map.removeLast(2)

    self.sequence = sequence
    self.time = time
    self.type = type
    self.fields = map
    self.previous = previous
    self.digest = digest
    self.line = Array(line)
  }

  /// Whether this record can stand right after the records that end with `last`.
  func follows(_ last: Record?) -> Bool {
    guard let last else { return sequence == 0 && type == Self.headerType && previous == .zero }
    return sequence == last.sequence + 1 && previous == last.digest
  }

  /// The type of the header.
  static let headerType = "run.started"
}
