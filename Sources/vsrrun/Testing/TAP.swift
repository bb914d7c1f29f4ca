import Views

/// What tests came to, told in the Test Anything Protocol.
struct TAP {
  private(set) var passed = 0
  private(set) var failed = 0
  private let write: (String) -> Void

  init(_ write: @escaping (String) -> Void) { self.write = write }

  /// - Parameter problem: why it failed; nil if it passed.
  mutating func tell(_ name: String, problem: String?) {
    if problem == nil { passed += 1 } else { failed += 1 }
    // What is behind a # would be a directive.
    let name = Printable.line(name).replacing("#", with: "\\#")
    write("\(problem == nil ? "ok" : "not ok") \(passed + failed) - \(name)")
    if let problem { comment(problem) }
  }

  func comment(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      write("# \(Printable.line(String(line).replacing("\t", with: "  ")))")
    }
  }

  func plan() { write("1..\(passed + failed)") }
}
