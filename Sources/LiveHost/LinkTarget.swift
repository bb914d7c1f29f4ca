import Glibc
import Host

/// Where the link at `path` points, as it is written there.
func readLinkTarget(_ path: String, for operation: String, _ subject: String? = nil) throws(HostError) -> String {
  var target = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = try systemCall(operation, subject ?? path) { readlink(path, &target, target.count) }
  return String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// The path that `path` stands for once its last part is followed through links; what it names need not exist.
func followedPath(_ path: String, for operation: String) throws(HostError) -> String {
  var followed = path
  for _ in 0..<40 {  // the kernel's own limit, MAXSYMLINKS
    let target: String
    do {
      target = try readLinkTarget(followed, for: operation, path)
    } catch  where error.isSystem(.invalid) || error.isAbsent {
      return followed
    }
    followed = target.hasPrefix("/") ? target : directory(of: followed) + "/" + target
  }
  throw HostError(operation, path, .system(.tooManyLinks))
}

/// The directory part of an absolute path, without a slash at its end except for the root.
func directory(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else { return "/" }
  return String(path[..<slash])
}

/// The last part of an absolute path.
func lastPart(of path: String) -> Substring {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path[...] }
  return path[path.index(after: slash)...]
}
