import Glibc

/// Mount options in words, split as mount(2) wants them: flags for those that every file system has, one string for the
/// file system's own.
struct MountOptions: Hashable {
  var flags: UInt = 0
  var data: String

  init(_ words: String) {
    var own: [Substring] = []
    for word in words.split(separator: ",") {
      if let flag = Self.setting[word] {
        flags |= UInt(flag)
      } else if let flag = Self.clearing[word] {
        flags &= ~UInt(flag)
      } else {
        own.append(word)
      }
    }
    data = own.joined(separator: ",")
  }

  private static let setting: [Substring: Int] = [
    "ro": MS_RDONLY, "nosuid": MS_NOSUID, "nodev": MS_NODEV, "noexec": MS_NOEXEC, "sync": MS_SYNCHRONOUS,
    "dirsync": MS_DIRSYNC, "noatime": MS_NOATIME, "nodiratime": MS_NODIRATIME, "relatime": MS_RELATIME,
    "strictatime": MS_STRICTATIME, "bind": MS_BIND, "remount": MS_REMOUNT,
  ]

  private static let clearing: [Substring: Int] = [
    "rw": MS_RDONLY, "suid": MS_NOSUID, "dev": MS_NODEV, "exec": MS_NOEXEC, "async": MS_SYNCHRONOUS,
    "atime": MS_NOATIME, "diratime": MS_NODIRATIME, "norelatime": MS_RELATIME,
  ]
}
