import Glibc
import Host
import Synchronization
import Values

@testable import Journal

/// A directory of its own for a test, removed with its last reference.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/journal-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw JournalError("make", "/tmp/journal-test-XXXXXX", .system(.last)) }
    path = template.withUnsafeBufferPointer {
      String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  deinit { remove(path) }

  private func remove(_ path: String) {
    if unlink(path) == 0 { return }
    for name in everyName(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }
}

func everyName(in path: String) -> [String] {
  guard let directory = opendir(path) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

func content(_ path: String) throws -> [UInt8] { try OpenFile(path, O_RDONLY).read() }

func put(_ bytes: [UInt8], _ path: String) throws {
  try OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC).write(bytes, .system)
}

func permissions(_ path: String) -> mode_t {
  var status = stat()
  return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
}

/// A clock that goes on by a second with each look.
func countingClock(from start: Int = 1_795_534_200_000_000) -> () -> Int {
  var time = start
  return {
    time += 1_000_000
    return time
  }
}

/// A journal's header and `count - 1` records after it, as they stand in the file.
func journal(records count: Int) throws -> (lines: [[UInt8]], bytes: [UInt8]) {
  var last: Record?
  var lines: [[UInt8]] = []
  for sequence in 0..<count {
    let fields: ValueMap = sequence == 0 ? ["format": 1] : ["n": .integer(sequence)]
    let record = try Record(
      sequence: sequence, time: sequence, type: sequence == 0 ? "run.started" : "note", fields: fields,
      previous: last?.digest ?? .zero)
    lines.append(record.line + [UInt8(ascii: "\n")])
    last = record
  }
  return (lines, Array(lines.joined()))
}

/// File operations that count, and that fail in the place of one of them.
final class Faults: Sendable {
  enum Kind: Hashable { case write, syncData, sync }

  struct State {
    var counts: [Kind: Int] = [:]
    var failures: [Kind: (at: Int, reason: JournalError.Reason)] = [:]
    /// How many bytes a write takes at most, and how many the one that fails writes first.
    var shortWrite = Int.max
    var written = 0
  }

  let state = Mutex(State())

  func fail(_ kind: Kind, at count: Int, _ reason: JournalError.Reason, writing bytes: Int = 0) {
    state.withLock {
      $0.failures[kind] = (count, reason)
      $0.written = bytes
    }
  }

  subscript(kind: Kind) -> Int { state.withLock { $0.counts[kind, default: 0] } }

  private func count(_ kind: Kind) -> JournalError.Reason? {
    state.withLock { state in
      state.counts[kind, default: 0] += 1
      guard let failure = state.failures[kind], failure.at == state.counts[kind] else { return nil }
      return failure.reason
    }
  }

  var operations: FileOperations {
    FileOperations(
      write: { (file, bytes, offset) throws(JournalError.Reason) -> Int in
        let (short, written) = self.state.withLock { ($0.shortWrite, $0.written) }
        if let reason = self.count(.write) {
          if written > 0 {
            _ = try FileOperations.system.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(written)), offset)
          }
          throw reason
        }
        return try FileOperations.system.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(short)), offset)
      },
      syncData: { (file) throws(JournalError.Reason) -> Void in
        if let reason = self.count(.syncData) { throw reason }
        try FileOperations.system.syncData(file)
      },
      sync: { (file) throws(JournalError.Reason) -> Void in
        if let reason = self.count(.sync) { throw reason }
        try FileOperations.system.sync(file)
      })
  }
}
