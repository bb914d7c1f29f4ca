import Glibc
public import Host

extension LiveHost {
  /// The most that ``read(_:)`` takes into memory, in bytes.
  public static let readLimit = 64 * 1024 * 1024

  public func status(_ path: String) throws(HostError) -> FileStatus? {
    var status = stat()
    do {
      try systemCall("look at", path) { lstat(path, &status) }
    } catch  where error.isAbsent || error.isSystem(.notDirectory) {
      return nil
    }
    return FileStatus(status)
  }

  /// The whole content of a file, up to ``readLimit``. A pipe or a terminal is not waited for.
  public func read(_ path: String) throws(HostError) -> [UInt8] {
    let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK, for: "read")
    return try file.readAll(limit: Self.readLimit, for: "read", path)
  }

  public func list(_ path: String) throws(HostError) -> [String] {
    try directoryNames(path).sorted()
  }

  public func readLink(_ path: String) throws(HostError) -> String {
    try readLinkTarget(path, for: "read the link")
  }

  /// Makes `path` a regular file with this content, mode and owner, by rename(2) of a finished file over it.
  ///
  /// A link at `path` is followed: what it points to is replaced, or made, and the link stays. What stands there and is
  /// no regular file (a directory, a device such as the `/dev/null` that a masked unit points to) is refused.
  ///
  /// Until it is finished, the new file has the mode 0600 and the name `.vsrrun.NAME` in the same directory. One that a
  /// killed program left there is taken away by the next replacement of the same path.
  public func replace(_ path: String, with content: [UInt8], mode: UInt16, owner: Owner) throws(HostError) {
    let target = try followedPath(path, for: "write")
    if let present = try status(target), present.kind != .file {
      throw HostError(
        "write", path,
        .refused(target == path ? "it is no regular file" : "it leads to \(target), which is no regular file"),
        hint: "look at it with `ls -l \(path)`; remove it first if a file is to stand there")
    }
    try written.note(directory(of: target), for: "write", path)
    let unfinished = unfinishedPath(beside: target)
    try discard(unfinished, for: path)
    let file = try Descriptor(
      opening: unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600, for: "write", path)
    do {
      try file.writeAll(content, for: "write", path)
      // The owner before the mode: chown(2) clears the set-user-ID bits.
      try systemCall("set the owner of", path) { fchown(file.number, owner.user, owner.group) }
      try systemCall("set the mode of", path) { fchmod(file.number, mode_t(mode)) }
      try systemCall("write", path) { rename(unfinished, target) }
    } catch {
      unlink(unfinished)
      throw error
    }
  }

  public func makeDirectory(_ path: String, mode: UInt16) throws(HostError) {
    try written.note(directory(of: path), for: "make the directory", path)
    try systemCall("make the directory", path) { mkdir(path, 0o700) }
    // Not by mkdir(2), which leaves out the bits of the umask.
    try systemCall("set the mode of", path) { chmod(path, mode_t(mode)) }
  }

  /// Makes `path` a symbolic link; a link that stands there is replaced by rename(2), anything else is an error
  /// (EEXIST).
  public func makeLink(_ path: String, to target: String) throws(HostError) {
    if let present = try status(path), present.kind != .link {
      throw HostError("make the link", path, .system(.exists), hint: "it is no link; remove it first")
    }
    try written.note(directory(of: path), for: "make the link", path)
    let unfinished = unfinishedPath(beside: path)
    try discard(unfinished, for: path)
    try systemCall("make the link", path) { symlink(target, unfinished) }
    do {
      try systemCall("make the link", path) { rename(unfinished, path) }
    } catch {
      unlink(unfinished)
      throw error
    }
  }

  public func setAttributes(_ path: String, mode: UInt16, owner: Owner) throws(HostError) {
    try written.note(directory(of: try followedPath(path, for: "set the mode of")), for: "set the mode of", path)
    try systemCall("set the owner of", path) { chown(path, owner.user, owner.group) }
    try systemCall("set the mode of", path) { chmod(path, mode_t(mode)) }
  }

  public func remove(_ path: String) throws(HostError) {
    try written.note(directory(of: path), for: "remove", path)
    do {
      try systemCall("remove", path) { unlink(path) }
    } catch  where error.isSystem(.isDirectory) {
      try systemCall("remove", path) { rmdir(path) }
    }
  }

  /// Makes everything written so far durable: syncfs(2) on each file system that this host wrote to since the last
  /// time. After a command, which may have written anywhere, sync(2) first. Nothing, if nothing was written.
  public func settle() throws(HostError) { try written.settle() }

  /// The name under which a file is written until it is finished, no longer than a name may be.
  private func unfinishedPath(beside path: String) -> String {
    let name = lastPart(of: path).utf8.prefix(Int(NAME_MAX) - Self.unfinishedPrefix.utf8.count)
    return directory(of: path) + "/" + Self.unfinishedPrefix + String(Substring(name))
  }

  private static let unfinishedPrefix = ".vsrrun."

  private func discard(_ unfinished: String, for path: String) throws(HostError) {
    do {
      try systemCall("write", path) { unlink(unfinished) }
    } catch  where error.isAbsent {}
  }
}

extension FileStatus {
  init(_ status: stat) {
    let kind: Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: .other
      }
    self.init(
      kind: kind, mode: UInt16(status.st_mode & 0o7777), owner: Owner(user: status.st_uid, group: status.st_gid),
      size: Int(status.st_size), modified: status.st_mtim.tv_sec * 1_000_000 + status.st_mtim.tv_nsec / 1000)
  }
}
