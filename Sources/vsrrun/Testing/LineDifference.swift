/// How one text becomes another, line by line.
enum LineDifference {
  /// Equal lines that are shown around a difference.
  private static let context = 2

  /// The lines with ` `, `-` or `+` before each; those far from any difference are left out.
  static func text(_ old: String, _ new: String) -> String {
    let lines = marked(old, new)
    let changed = lines.indices.filter { lines[$0].mark != " " }
    let shown = Set(changed.flatMap { max(0, $0 - context)...min(lines.count - 1, $0 + context) })
    var text: [String] = []
    for index in lines.indices {
      if shown.contains(index) {
        text.append("\(lines[index].mark) \(lines[index].text)")
      } else if index > 0, shown.contains(index - 1) {
        text.append("  …")
      } else if index == 0 {
        text.append("  …")
      }
    }
    return text.joined(separator: "\n")
  }

  private static func marked(_ old: String, _ new: String) -> [(mark: Character, text: Substring)] {
    let old = old.split(separator: "\n", omittingEmptySubsequences: false)
    let new = new.split(separator: "\n", omittingEmptySubsequences: false)
    var (removed, added): (Set<Int>, Set<Int>) = ([], [])
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var lines: [(mark: Character, text: Substring)] = []
    var (from, to) = (0, 0)
    while from < old.count || to < new.count {
      if removed.contains(from) {
        lines.append(("-", old[from]))
        from += 1
      } else if added.contains(to) {
        lines.append(("+", new[to]))
        to += 1
      } else {
        lines.append((" ", new[to]))
        (from, to) = (from + 1, to + 1)
      }
    }
    return lines
  }
}
