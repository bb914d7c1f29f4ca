import Glibc

/// Bytes in memory that is neither swapped out nor part of a core dump, as far as the kernel grants it, and cleared at the end.
final class LockedBytes {
  private let memory: UnsafeMutableRawPointer?
  private let count: Int

  init(_ bytes: [UInt8]) {
    count = bytes.count
    let mapped = mmap(nil, max(1, count), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    memory = mapped == MAP_FAILED ? nil : mapped
    guard let memory else { return }
    mlock(memory, max(1, count))
    madvise(memory, max(1, count), MADV_DONTDUMP)
    bytes.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { memory.copyMemory(from: start, byteCount: count) }
    }
  }

  deinit {
    guard let memory else { return }
    explicit_bzero(memory, count)
    munmap(memory, max(1, count))
  }

  /// A copy; nil where there was no memory for it.
  var bytes: [UInt8]? { memory.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) } }
}
