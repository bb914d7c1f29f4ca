extension String {
  /// These words in lines of a hundred characters, each after so many spaces.
  public func wrapped(indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = margin
    for word in split(separator: " ") {
      if line.count + word.count >= 100, line != margin {
        lines.append(line)
        line = margin
      }
      line += (line == margin ? "" : " ") + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
