internal import Glibc
internal import Host

/// An open file or directory. It is closed with its last reference, and by every exec.
final class OpenFile: Sendable {
  let path: String
  let descriptor: Int32

  /// - Parameters:
  ///   - flags: of open(2); a link in the last place is never followed.
  ///   - mode: of the file, where this makes it.
  init(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(JournalError) {
    self.path = path
    var result: Int32
    repeat { result = open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode) } while result < 0 && errno == EINTR
    descriptor = result
    guard result >= 0 else { throw JournalError("open", path, .system(.last)) }
  }

  /// Whether the file can still be found by a name: what is written into one that was removed is lost with the descriptor.
  var hasName: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The content from `offset` on, at most `limit` bytes of it.
  func read(from offset: Int = 0, limit: Int = .max) throws(JournalError) -> [UInt8] {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while content.count < limit {
      let wanted = min(chunk.count, limit - content.count)
      let count = pread(descriptor, &chunk, wanted, offset + content.count)
      if count == 0 { break }
      if count > 0 {
        content.append(contentsOf: chunk[..<count])
      } else if errno != EINTR {
        throw JournalError("read", path, .system(.last))
      }
    }
    return content
  }

  /// Takes the file's lock, which lasts until the descriptor is closed or its process is dead; false if another has it.
  ///
  /// flock(2) and not fcntl(2): closing another descriptor of the same file in this process must not lose it. A child
  /// between its fork and its exec has every descriptor of a parent that is gone already, so that a lock which seems to
  /// be held is looked at again for a tenth of a second.
  func lock() throws(JournalError) -> Bool {
    for attempt in 0... {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      let error = SystemError.last
      guard error == .wouldBlock || error == .interrupted else { throw JournalError("lock", path, .system(error)) }
      if attempt == 20 { break }
      usleep(5_000)
    }
    return false
  }

  /// Whether another has the lock. It is held for this moment if not, which is shorter than ``lock()`` waits.
  var isLocked: Bool {
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
      flock(descriptor, LOCK_UN)
      return false
    }
    return SystemError.last == .wouldBlock
  }

  func truncate(to length: Int) throws(JournalError) {
    while ftruncate(descriptor, length) != 0 {
      let error = SystemError.last
      if error != .interrupted { throw JournalError("truncate", path, .system(error)) }
    }
  }

  func write(_ bytes: [UInt8], at offset: Int = 0, _ operations: FileOperations) throws(JournalError) {
    do { try operations.writeAll(descriptor, bytes, at: offset) } catch { throw JournalError("write", path, error) }
  }

  func sync(_ operations: FileOperations) throws(JournalError) {
    do { try operations.sync(descriptor) } catch { throw JournalError("sync", path, error) }
  }
}

/// Makes the names in a directory durable.
func syncDirectory(_ path: String, _ operations: FileOperations) throws(JournalError) {
  try OpenFile(path, O_RDONLY | O_DIRECTORY).sync(operations)
}

/// Makes a directory of mode 0700; false if something stands there.
func makeDirectory(_ path: String) throws(JournalError) -> Bool {
  if mkdir(path, 0o700) == 0 { return true }
  let error = SystemError.last
  guard error == .exists else { throw JournalError("make the directory", path, .system(error)) }
  return false
}

/// The names in a directory, without those that begin with a dot; empty if it is not there.
func names(in path: String) throws(JournalError) -> [String] {
  guard let directory = opendir(path) else {
    let error = SystemError.last
    if error == .noEntry { return [] }
    throw JournalError("list", path, .system(error))
  }
  defer { closedir(directory) }
  var names: [String] = []
  errno = 0
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if !name.hasPrefix(".") { names.append(name) }
    errno = 0
  }
  guard errno == 0 else { throw JournalError("list", path, .system(.last)) }
  return names
}
