internal import Glibc
internal import Host

/// The system calls that make records and files durable. Tests put others in their place: a full disk, a failing sync, a
/// short write, a death between two of them.
public struct FileOperations: Sendable {
  /// pwrite(2): writes bytes at an offset and says how many it wrote, which may be fewer.
  public var write: @Sendable (Int32, UnsafeRawBufferPointer, Int) throws(JournalError.Reason) -> Int
  /// fdatasync(2): for a journal that grew.
  public var syncData: @Sendable (Int32) throws(JournalError.Reason) -> Void
  /// fsync(2): for new files and for directories.
  public var sync: @Sendable (Int32) throws(JournalError.Reason) -> Void

  public init(
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer, Int) throws(JournalError.Reason) -> Int,
    syncData: @escaping @Sendable (Int32) throws(JournalError.Reason) -> Void,
    sync: @escaping @Sendable (Int32) throws(JournalError.Reason) -> Void
  ) {
    self.write = write
    self.syncData = syncData
    self.sync = sync
  }

  /// The operating system's.
  public static let system = FileOperations(
    write: { (file, bytes, offset) throws(JournalError.Reason) -> Int in
      try uninterrupted { pwrite(file, bytes.baseAddress, bytes.count, offset) }
    },
    syncData: { (file) throws(JournalError.Reason) -> Void in _ = try uninterrupted { Int(fdatasync(file)) } },
    sync: { (file) throws(JournalError.Reason) -> Void in _ = try uninterrupted { Int(fsync(file)) } })

  /// Writes all of `bytes`, in as few calls as the system takes.
  func writeAll(_ file: Int32, _ bytes: [UInt8], at offset: Int) throws(JournalError.Reason) {
    var written = 0
    while written < bytes.count {
      let count = try bytes.withUnsafeBufferPointer { (buffer) throws(JournalError.Reason) -> Int in
        try write(file, UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[written...])), offset + written)
      }
      // pwrite(2) says nothing of a zero for a regular file: without this it would be asked again for ever.
      guard count > 0 else { throw .system(.inputOutput) }
      written += count
    }
  }
}

private func uninterrupted(_ call: () -> Int) throws(JournalError.Reason) -> Int {
  while true {
    let result = call()
    if result >= 0 { return result }
    let error = SystemError.last
    if error != .interrupted { throw .system(error) }
  }
}
