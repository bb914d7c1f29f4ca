import Engine
import Glibc
import Host
import LiveHost
import MachineModel

/// Files that a call names: what is wrong with one is the caller's to mend (exit code 65).
enum Input {
  /// The content of a regular file; a pipe or a device, which may have no end, is refused.
  static func read(_ path: String) throws -> [UInt8] {
    try requireFile(path)
    do {
      return try LiveHost().read(path)
    } catch {
      throw RunError.wrong("\(error)")
    }
  }

  /// The machine that a machine file describes.
  static func machine(_ path: String) throws -> Machine {
    try requireFile(path)
    do {
      return try MachineFile(path).load()
    } catch let error as HostError {
      throw RunError.wrong("\(error)")
    }
  }

  /// Refuses what is no regular file.
  static func requireFile(_ path: String) throws {
    guard !path.isEmpty else { throw RunError.wrong("the name of a file is empty") }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw RunError.wrong("cannot read \(path): \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw RunError.wrong("\(path) is not a regular file") }
  }
}
