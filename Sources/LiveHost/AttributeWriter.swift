import CKernel
import Glibc
import Host

/// Writes attributes through a process of its own, so that a write that the kernel does not let go of holds neither
/// this program nor its lock.
struct AttributeWriter: ~Copyable {
  /// Children that were given up, until they end and are reaped.
  private var givenUp: [pid_t] = []

  init() {}

  /// One write(2) of `content` into the file at `path`.
  ///
  /// The process that waits in the kernel is not killed: the kernel finishes what it began, and so does the write.
  ///
  /// - Parameter deadline: Seconds after which the write is given up.
  mutating func write(_ path: String, _ content: String, deadline: Int) throws(HostError) {
    givenUp.removeAll { child in waitpid(child, nil, WNOHANG) == child }

    let bytes = Array(content.utf8)
    var end: Int32 = -1
    let child = try systemCall("write", path) { kernel_write_start(path, bytes, bytes.count, &end) }
    let report = Descriptor(adopting: end)
    switch wait(for: report, seconds: deadline) {
    case .readable:
      let answer = try report.readAll(limit: MemoryLayout<Int64>.size, for: "write", path)
      waitpid(child, nil, 0)
      guard answer.count == MemoryLayout<Int64>.size else {
        throw HostError("write", path, .refused("the process that wrote it was killed"))
      }
      try judge(answer.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }, of: bytes.count, path)
    case .expired:
      givenUp.append(child)
      throw HostError("write", path, .timedOut(seconds: deadline), hint: Self.stillWaits(child))
    case .cancelled:
      givenUp.append(child)
      throw HostError("write", path, .refused("interrupted"), hint: Self.stillWaits(child))
    }
  }

  private func judge(_ result: Int64, of count: Int, _ path: String) throws(HostError) {
    if result < 0 { throw HostError("write", path, .system(SystemError(rawValue: Int32(-result)))) }
    if result < count {
      throw HostError("write", path, .refused("the kernel took \(result) of \(count) bytes"))
    }
  }

  private static func stillWaits(_ process: pid_t) -> String {
    "process \(process) still waits in the kernel; see /proc/\(process)/stack"
  }

  private enum Waited { case readable, expired, cancelled }

  private func wait(for report: borrowing Descriptor, seconds: Int) -> Waited {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      let left = end - ContinuousClock.now
      guard left > .zero else { return .expired }
      if Task.isCancelled { return .cancelled }
      var watched = pollfd(fd: report.number, events: Int16(POLLIN), revents: 0)
      if poll(&watched, 1, left.pollTimeout) > 0 { return .readable }
    }
  }
}

extension Duration {
  /// This time in milliseconds, rounded up, but no longer than a wait may go on before it looks for a cancellation.
  var pollTimeout: Int32 {
    let longest = Duration.milliseconds(200)
    guard self < longest else { return 200 }
    return Int32(components.attoseconds / 1_000_000_000_000_000) + 1
  }
}
