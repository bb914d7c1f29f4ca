internal import CSystemd
internal import Glibc

/// What people see of a record in journald, beside the record itself.
public struct MirrorFields: Hashable, Sendable {
  /// A sentence.
  public var message: String
  /// As in syslog(3): 3 error, 4 warning, 5 notice, 6 information, 7 debug.
  public var priority: Int
  /// Where in the runbook.
  public var codeFile: String?
  public var codeLine: Int?
  public var step: String?
  public var primitive: String?

  public init(
    message: String, priority: Int = 6, codeFile: String? = nil, codeLine: Int? = nil, step: String? = nil,
    primitive: String? = nil
  ) {
    self.message = message
    self.priority = priority
    self.codeFile = codeFile
    self.codeLine = codeLine
    self.step = step
    self.primitive = primitive
  }
}

/// One entry for journald.
struct JournaldEntry: Sendable {
  /// Names and values. A value may hold newlines.
  let fields: [(name: String, value: [UInt8])]

  init(_ record: Record, run: RunID, runbook: String, version: String, described: MirrorFields?) {
    let shown = described ?? MirrorFields(message: "\(record.type), record \(record.sequence)", priority: 7)
    let texts: [(String, String?)] = [
      ("SYSLOG_IDENTIFIER", "vsrrun"),
      ("MESSAGE", shown.message),
      ("MESSAGE_ID", MessageID.of(record.type)),
      ("PRIORITY", String(shown.priority)),
      ("CODE_FILE", shown.codeFile),
      ("CODE_LINE", shown.codeLine.map(String.init)),
      ("VSRRUN_RUN", run.rawValue),
      ("VSRRUN_RUNBOOK", runbook),
      ("VSRRUN_VERSION", version),
      ("VSRRUN_STEP", shown.step),
      ("VSRRUN_PRIMITIVE", shown.primitive),
      ("VSRRUN_EVENT", record.type),
      ("VSRRUN_SEQ", String(record.sequence)),
      ("VSRRUN_DIGEST", record.digest.hex),
    ]
    fields = texts.compactMap { name, text in text.map { (name, Array($0.utf8)) } } + [("VSRRUN_RECORD", record.line)]
  }

  /// Hands the entry to journald; waits while its socket is full.
  func send() throws(JournaldFailure) {
    // sd_journal_sendv takes a socket that is not there for success.
    guard access(Self.socketPath, F_OK) == 0 else { throw JournaldFailure(error: ENOENT) }
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for (name, value) in fields {
      bytes += Array(name.utf8) + [UInt8(ascii: "=")] + value
      ends.append(bytes.count)
    }
    let result = bytes.withUnsafeMutableBytes { buffer in
      var start = 0
      let vectors = ends.map { end in
        defer { start = end }
        return iovec(iov_base: buffer.baseAddress?.advanced(by: start), iov_len: end - start)
      }
      return sd_journal_sendv(vectors, Int32(vectors.count))
    }
    guard result >= 0 else { throw JournaldFailure(error: -result) }
  }

  static let socketPath = "/run/systemd/journal/socket"
}

/// Why journald did not take an entry, or could not be read.
struct JournaldFailure: Error {
  /// An errno value.
  let error: Int32

  /// Whether nothing stands where journald would listen.
  var isAbsent: Bool { error == ENOENT }
}
