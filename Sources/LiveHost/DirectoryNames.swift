import Glibc
import Host

/// The names in a directory, without `.` and `..`, in the order in which the kernel tells them.
func directoryNames(_ path: String) throws(HostError) -> [String] {
  guard let stream = opendir(path) else {
    throw HostError("list", path, .system(SystemError(rawValue: errno)))
  }
  defer { closedir(stream) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = readdir(stream) else { break }
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != ".." { names.append(name) }
  }
  guard errno == 0 else { throw HostError("list", path, .system(SystemError(rawValue: errno))) }
  return names
}
