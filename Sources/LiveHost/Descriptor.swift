import Glibc
import Host

/// An open file, closed at the end of its life and at every exec.
struct Descriptor: ~Copyable {
  let number: Int32

  init(adopting number: Int32) { self.number = number }

  init(
    opening path: String, _ flags: Int32, mode: mode_t = 0, for operation: String, _ subject: String? = nil
  ) throws(HostError) {
    number = try systemCall(operation, subject ?? path) { open(path, flags | O_CLOEXEC | O_NOCTTY, mode) }
  }

  deinit { close(number) }

  /// Hands the number over to somebody else who closes it.
  consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }

  /// Reads until the end of the file, which the size that stat(2) tells does not foresee: it is 0 in procfs and the
  /// page size in sysfs.
  func readAll(limit: Int, for operation: String, _ subject: String) throws(HostError) -> [UInt8] {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(limit + 1, 64 * 1024))
    while true {
      let count = try systemCall(operation, subject) { Glibc.read(number, &chunk, chunk.count) }
      if count == 0 { return content }
      guard content.count + count <= limit else {
        throw HostError(
          operation, subject, .system(SystemError(rawValue: EFBIG)),
          hint: "it has more than \(limit / 1024 / 1024) MiB, the most that is read into memory")
      }
      content.append(contentsOf: chunk[..<count])
    }
  }

  func writeAll(_ content: [UInt8], for operation: String, _ subject: String) throws(HostError) {
    var written = 0
    while written < content.count {
      written += try systemCall(operation, subject) {
        content.withUnsafeBytes { bytes in
          write(number, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        }
      }
    }
  }

  func status(for operation: String, _ subject: String) throws(HostError) -> stat {
    var status = stat()
    try systemCall(operation, subject) { fstat(number, &status) }
    return status
  }
}
