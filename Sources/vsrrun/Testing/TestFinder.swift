import Glibc
import Host
import LiveHost

/// Finds test files, and the site that each belongs to.
struct TestFinder {
  private let files = LiveHost()

  /// The test files that `paths` are or have beneath them, each once.
  func find(_ paths: [String]) throws -> [String] {
    var found: [String] = []
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0 else {
        throw UsageError("cannot read \(path): \(String(cString: strerror(errno)))")
      }
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      for file in isFolder ? try walk(trimmed(path)) : [path] where !found.contains(file) { found.append(file) }
    }
    guard !found.isEmpty else {
      throw UsageError("there is no test in \(paths.joined(separator: ", ")): no file *_test.lua")
    }
    return found
  }

  private func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  private func walk(_ folder: String) throws -> [String] {
    try files.list(folder).sorted().flatMap { name -> [String] in
      let path = folder == "." ? name : folder == "/" ? "/\(name)" : "\(folder)/\(name)"
      switch try files.status(path)?.kind {
      case .directory where !name.hasPrefix("."): return try walk(path)
      case .file where name.hasSuffix("_test.lua"): return [path]
      default: return []
      }
    }
  }

  /// The site that a file is in: the nearest folder above it that has a `site.yaml`.
  func site(of file: String) -> Site? {
    guard let real = realpath(file, nil) else { return nil }
    defer { free(real) }
    var folder = String(cString: real)[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      if access("\(folder)/site.yaml", R_OK) == 0 { return try? Site(String(folder)) }
    }
    return nil
  }
}
