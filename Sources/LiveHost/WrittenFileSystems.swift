import CKernel
import Glibc
import Host

/// The file systems written to since they were last made durable.
struct WrittenFileSystems: ~Copyable {
  /// An open directory on each, by device. It is opened before the first write: syncfs(2) tells of the write-back
  /// errors since its descriptor was opened, and only of those (Linux 5.8, `fs/sync.c`).
  private var open: [dev_t: OpenDirectory] = [:]
  /// Whether anything may have been written where no descriptor of ours tells.
  private var elsewhere = false
  /// The kernel tells of a lost write once; what was lost stays lost.
  private var lost: HostError?

  private final class OpenDirectory {
    let descriptor: Descriptor
    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  init() {}

  /// Takes note that something in `directory` is about to be written for `operation` on `subject`.
  mutating func note(_ directory: String, for operation: String, _ subject: String) throws(HostError) {
    let descriptor = try Descriptor(opening: directory, O_RDONLY | O_DIRECTORY, for: operation, subject)
    let device = try descriptor.status(for: operation, subject).st_dev
    if open[device] == nil { open[device] = OpenDirectory(descriptor) }
  }

  /// Takes note that a program runs, which may write anywhere.
  mutating func noteAnywhere() { elsewhere = true }

  /// Makes all of it durable, and lets go of the file systems, so that they can be unmounted.
  mutating func settle() throws(HostError) {
    if let lost { throw lost }
    if elsewhere { sync() }
    elsewhere = false
    let written = open
    open = [:]
    for directory in written.values where kernel_sync_file_system(directory.descriptor.number) != 0 {
      let path = (try? readLinkTarget("/proc/self/fd/\(directory.descriptor.number)", for: "write")) ?? "a file system"
      lost = HostError(
        "write", path, .system(SystemError(rawValue: errno)),
        hint: "what was written to that file system may be lost: see `dmesg`, then run again")
    }
    if let lost { throw lost }
  }
}
