import Engine
import Glibc
import Primitives

/// Gets secrets from where they are kept. Each is read, or asked for, once in a process, and kept in memory only.
final class SecretStore {
  private var values: [SecretReference: LockedBytes] = [:]

  func value(_ reference: SecretReference) throws -> [UInt8] {
    if let value = values[reference]?.bytes { return value }
    let value = try fetch(reference)
    values[reference] = LockedBytes(value)
    return value
  }

  private func fetch(_ reference: SecretReference) throws -> [UInt8] {
    let parts = reference.source.split(separator: ":", maxSplits: 1).map(String.init)
    switch (parts[0], parts.count > 1 ? parts[1] : "") {
    case ("file", let path): return try read(path, reference, isOwn: true)
    case ("credential", let name): return try credential(name, reference)
    default: return try prompt(reference)
    }
  }

  private func prompt(_ reference: SecretReference) throws -> [UInt8] {
    guard let terminal = Terminal() else { throw cannotAsk(reference) }
    for _ in 0..<3 {
      guard let line = try terminal.hiddenLine("\(reference.name): ") else { break }
      if !line.isEmpty { return line }
    }
    throw RunError.unanswered("the secret '\(reference.name)' was asked for, and not given")
  }

  private func cannotAsk(_ reference: SecretReference) -> RunError {
    .unanswered(
      "the secret '\(reference.name)' has to be asked for, and there is no terminal; resume the run at one")
  }

  private func credential(_ name: String, _ reference: SecretReference) throws -> [UInt8] {
    guard let directory = getenv("CREDENTIALS_DIRECTORY").map({ String(cString: $0) }), !directory.isEmpty else {
      throw PrimitiveError(
        "the secret '\(reference.name)': this process was given no credentials; the unit that starts it needs LoadCredential=\(name):/PATH"
      )
    }
    return try read("\(directory)/\(name)", reference, isOwn: false)
  }

  /// The largest secret that is read, in bytes: a credential of systemd is no larger.
  private static let limit = 1 << 20

  /// - Parameter isOwn: whether this program checks who may read the file; of credentials, systemd does.
  private func read(_ path: String, _ reference: SecretReference, isOwn: Bool) throws -> [UInt8] {
    func problem(_ text: String) -> PrimitiveError { PrimitiveError("the secret '\(reference.name)': \(text)") }
    // A FIFO would wait for a writer, and a terminal would become this process's own.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw problem("cannot read \(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw problem("\(path) is not a regular file")
    }
    if isOwn {
      guard status.st_uid == geteuid() || status.st_uid == 0 else {
        throw problem(
          "\(path) belongs to another user (\(status.st_uid)), who could change it; `chown \(geteuid()) \(path)` makes it yours"
        )
      }
      guard status.st_mode & 0o077 == 0 else {
        throw problem(
          "others may read or change \(path) (mode 0\(String(status.st_mode & 0o777, radix: 8))); `chmod 0600 \(path)` keeps it to its owner"
        )
      }
    }
    guard status.st_size <= Self.limit else { throw problem("\(path) is larger than a secret is (1 MiB)") }
    var bytes = [UInt8](repeating: 0, count: Self.limit + 1)
    var count = 0
    while count < bytes.count {
      let result = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
      }
      if result < 0, errno == EINTR { continue }
      guard result >= 0 else { throw problem("cannot read \(path): \(String(cString: strerror(errno)))") }
      if result == 0 { break }
      count += result
    }
    bytes.removeLast(bytes.count - count)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    guard !bytes.isEmpty else { throw problem("\(path) is empty") }
    return bytes
  }
}
