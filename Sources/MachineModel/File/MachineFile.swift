import Glibc
public import Host
import YAML

/// A machine file on disk.
public struct MachineFile: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// The machine that the file describes.
  ///
  /// Throws a ``YAML/YAMLError`` with line and column for what is wrong in it, a ``Host/HostError`` if it cannot be
  /// read.
  public func load() throws -> Machine { try Machine.load(try read(), file: path) }

  /// Its bytes.
  func read() throws(HostError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("read") }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw failure("read")
      }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// Writes the machine as it is. Who reads the file sees the former machine or this one, never a part; that it
  /// survives a power cut of the machine that the file is on is not waited for.
  public func store(_ machine: Machine) throws(HostError) {
    let target = realPath
    let unfinished = target + ".unfinished"
    let file = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw failure("write") }
    // A file that only its owner may read stays one.
    var status = stat()
    if stat(target, &status) == 0 { fchmod(file, status.st_mode & 0o7777) }
    let bytes = machine.save()
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = failure("write")
        close(file)
        unlink(unfinished)
        throw error
      }
      done += count
    }
    close(file)
    guard rename(unfinished, target) == 0 else { throw failure("write") }
  }

  /// The path with its links followed, so that a link to a machine file stays one.
  private var realPath: String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private func failure(_ operation: String) -> HostError {
    HostError(operation, path, .system(SystemError(rawValue: errno)))
  }
}
