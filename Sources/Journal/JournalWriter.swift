internal import Glibc
public import Values

/// Appends records to a run journal.
///
/// A write or a sync that fails makes the writer dead, since nobody knows what reached the disk: every later call throws.
/// A part of a record that stands after such a death is a torn tail, which the next ``reopen(_:clock:operations:)`` sets
/// aside.
public final class JournalWriter {
  public let path: String
  /// The newest record.
  public private(set) var last: Record
  /// Whether a power cut would leave every record.
  public private(set) var isDurable = true
  /// Told of each record once it is durable.
  public var mirror: JournaldMirror? { didSet { announce() } }

  private let file: OpenFile
  private let clock: () -> Int
  private let operations: FileOperations
  private var length: Int
  private var isDead = false

  private init(
    _ file: OpenFile, last: Record, length: Int, clock: @escaping () -> Int, operations: FileOperations
  ) {
    self.path = file.path
    self.file = file
    self.last = last
    self.length = length
    self.clock = clock
    self.operations = operations
  }

  /// Makes a journal whose first record has these fields; file and name are durable when it returns.
  ///
  /// - Parameters:
  ///   - path: where nothing may stand; its directory has to be there.
  ///   - header: the fields of `run.started`; `format` is put before them.
  ///   - clock: microseconds since 1970.
  public static func create(
    _ path: String, header: ValueMap, clock: @escaping () -> Int, operations: FileOperations = .system
  ) throws(JournalError) -> JournalWriter {
    do throws(JournalError) {
      let fields = ValueMap([("format", .integer(Record.formatVersion))] + header.elements, uniquingKeysWith: { $1 })
      let record = try record(path, after: nil, clock(), Record.headerType, fields)
      let file = try OpenFile(path, O_RDWR | O_CREAT | O_EXCL)
      guard try file.lock() else { throw JournalError("create", path, .inUse) }
      let bytes = record.line + [newline]
      try file.write(bytes, operations)
      try file.sync(operations)
      try syncDirectory(directory(of: path), operations)
      return JournalWriter(file, last: record, length: bytes.count, clock: clock, operations: operations)
    } catch { throw error.beforeStart }
  }

  /// Opens a journal to go on with it. A torn tail is first kept beside it, as `journal.torn-<n>`.
  ///
  /// What stands is written back as it was read and made durable: after a sync that failed, the kernel may show bytes
  /// that never reached the disk, and takes them for clean.
  public static func reopen(
    _ path: String, clock: @escaping () -> Int, operations: FileOperations = .system
  ) throws(JournalError) -> (JournalWriter, JournalContents) {
    let file = try OpenFile(path, O_RDWR)
    guard try file.lock() else { throw JournalError("open", path, .inUse) }
    let bytes = try file.read()
    let contents = try JournalReader.read(bytes, path)
    if !contents.setAside.isEmpty {
      try keep(contents.setAside, beside: path, operations)
      try file.truncate(to: contents.validLength)
    }
    try file.write(Array(bytes[..<contents.validLength]), operations)
    try file.sync(operations)
    let writer = JournalWriter(
      file, last: contents.last, length: contents.validLength, clock: clock, operations: operations)
    return (writer, contents)
  }

  /// Appends a record by one write(2). It outlives this process at once, and a power cut after the next ``sync()``.
  ///
  /// - Parameter fields: none of them `seq`, `time`, `type`, `prev` or `digest`.
  /// - Returns: the record as a resumed run will read it.
  @discardableResult
  public func append(_ type: String, _ fields: ValueMap) throws(JournalError) -> Record {
    guard !isDead else { throw JournalError("write", path, .dead) }
    let record = try Self.record(path, after: last, clock(), type, fields)
    let bytes = record.line + [Self.newline]
    isDead = true
    try file.write(bytes, at: length, operations)
    isDead = false
    isDurable = false
    length += bytes.count
    last = record
    return record
  }

  /// Makes every record durable: one fdatasync(2), and none if nothing was appended since the last.
  public func sync() throws(JournalError) {
    guard !isDead else { throw JournalError("sync", path, .dead) }
    guard !isDurable else { return }
    isDead = true
    guard file.hasName else { throw JournalError("sync", path, .invalid("it was removed while the run went on")) }
    do { try operations.syncData(file.descriptor) } catch { throw JournalError("sync", path, error) }
    isDead = false
    isDurable = true
    announce()
  }

  private func announce() {
    if isDurable { mirror?.announce(records: last.sequence + 1, length: length) }
  }

  private static let newline = UInt8(ascii: "\n")

  private static func record(
    _ path: String, after last: Record?, _ time: Int, _ type: String, _ fields: ValueMap
  ) throws(JournalError) -> Record {
    do {
      return try Record(
        sequence: last.map { $0.sequence + 1 } ?? 0, time: time, type: type, fields: fields,
        previous: last?.digest ?? .zero)
    } catch { throw JournalError("write", path, error) }
  }

  private static func keep(
    _ tail: [UInt8], beside path: String, _ operations: FileOperations
  ) throws(JournalError) {
    var number = 1
    while access("\(path).torn-\(number)", F_OK) == 0 { number += 1 }
    let file = try OpenFile("\(path).torn-\(number)", O_WRONLY | O_CREAT | O_EXCL)
    try file.write(tail, operations)
    try file.sync(operations)
    try syncDirectory(directory(of: path), operations)
  }
}

/// The directory in which `path` stands.
func directory(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
