import CKernel
import Glibc
public import Host

extension LiveHost {
  /// Writes `content` by one write(2) into an existing file.
  ///
  /// Below `/sys`, where a driver may block in it, the write is made by a child process, which is left behind after
  /// `deadline` seconds. Elsewhere (sysctls), no write blocks, and it is made by this process.
  public func writeAttribute(_ path: String, _ content: String, deadline: Int) async throws(HostError) {
    if path.hasPrefix("/sys/") { return try attributeWriter.write(path, content, deadline: deadline) }
    let bytes = Array(content.utf8)
    let file = try Descriptor(opening: path, O_WRONLY | O_NONBLOCK, for: "write")
    let count = try systemCall("write", path) { Glibc.write(file.number, bytes, bytes.count) }
    guard count == bytes.count else {
      throw HostError("write", path, .refused("the kernel took \(count) of \(bytes.count) bytes"))
    }
  }

  public func mount(_ mount: Mount) throws(HostError) {
    let options = MountOptions(mount.options)
    try systemCall("mount", mount.target) {
      Glibc.mount(mount.source, mount.target, mount.type, options.flags, options.data)
    }
  }

  /// Takes the topmost mount away, after ``settle()``, which also lets go of descriptors that would keep it busy.
  public func unmount(_ target: String) throws(HostError) {
    try settle()
    let hint = "`fuser -vm \(target)` names the processes that use it"
    do {
      try systemCall("unmount", target) { umount2(target, 0) }
    } catch  where error.isSystem(.busy) {
      throw HostError(error.operation, error.subject, error.reason, hint: hint)
    }
  }

  public func swapOn(_ path: String, priority: Int) throws(HostError) {
    try systemCall("use for swapping", path) { kernel_swap_on(path, Int32(clamping: priority)) }
  }

  public func swapOff(_ path: String) throws(HostError) {
    do {
      try systemCall("stop swapping to", path) { kernel_swap_off(path) }
    } catch  where error.isSystem(.noMemory) {
      throw HostError(
        error.operation, error.subject, error.reason,
        hint: "what is swapped out does not fit into memory: see `free -m`")
    }
  }
}
