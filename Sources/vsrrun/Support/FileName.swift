/// Paths and names of files as words, whatever is there.
enum FileName {
  /// Whether it is a runbook's or a module's, and not the test of one.
  static func isScript(_ path: String) -> Bool { path.hasSuffix(".lua") && !isTest(path) }

  static func isTest(_ path: String) -> Bool { path.hasSuffix("_test.lua") }

  static func last(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Without slashes at its end.
  static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
