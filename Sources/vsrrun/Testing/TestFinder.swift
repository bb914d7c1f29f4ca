import Glibc
import Host
import LiveHost

/// Finds test files.
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
      for file in isFolder ? try walk(FileName.trimmed(path)) : [path] where !found.contains(file) {
        found.append(file)
      }
    }
    guard !found.isEmpty else {
      throw UsageError("there is no test in \(paths.joined(separator: ", ")): no file *_test.lua")
    }
    return found
  }

  private func walk(_ folder: String) throws -> [String] {
    try files.list(folder).sorted().flatMap { name -> [String] in
      let path = folder == "." ? name : folder == "/" ? "/\(name)" : "\(folder)/\(name)"
      switch try files.status(path)?.kind {
      case .directory where !name.hasPrefix("."): return try walk(path)
      case .file where FileName.isTest(name): return [path]
      default: return []
      }
    }
  }
}
