/// Something that a file may have wrong, and that can be seen without running it.
protocol Rule: Sendable {
  /// Lower-case words with hyphens; findings and comments that silence them say it.
  var name: String { get }
  /// One sentence: what it finds.
  var summary: String { get }

  func problems(in script: Script) -> [Problem]
}
