internal import Glibc
internal import Synchronization

/// The former bytes of files, kept by their hash.
extension RunDirectory {
  /// Keeps `bytes` as `files/<sha256>`, durable when it returns. Bytes that this process has kept already cost nothing.
  @discardableResult
  public func storeFile(_ bytes: [UInt8]) throws(JournalError) -> Digest {
    let digest = Digest(bytes)
    try stored.withLock { (stored) throws(JournalError) in
      guard !stored.contains(digest) else { return }
      let temporary = "\(filesPath)/.new"
      let path = filePath(digest)
      do throws(JournalError) {
        let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_TRUNC)
        try file.write(bytes, operations)
        try file.sync(operations)
        guard rename(temporary, path) == 0 else { throw JournalError("write", path, .system(.last)) }
        try syncDirectory(filesPath, operations)
      } catch {
        // What a full disk cut short should not take the space that is missing.
        unlink(temporary)
        throw error
      }
      stored.insert(digest)
    }
    return digest
  }

  /// The bytes that were kept under `digest`, checked against it.
  public func file(_ digest: Digest) throws(JournalError) -> [UInt8] {
    let path = filePath(digest)
    let bytes = try OpenFile(path, O_RDONLY).read()
    guard Digest(bytes) == digest else {
      throw JournalError(
        "read", path, .invalid("its bytes do not match its name"),
        hint: "it was changed after the run wrote it: restore it from a backup, or bring the changed file back by hand")
    }
    return bytes
  }

  func filePath(_ digest: Digest) -> String { "\(filesPath)/\(digest)" }
}
