public import Engine

/// Runs as lines of a table.
public enum TextTable {
  public static func runs(_ runs: [RunCatalog.Listed]) -> [String] {
    guard !runs.isEmpty else { return ["no runs"] }
    var rows = [["RUN", "RUNBOOK", "STATE", "CHANGED", "BEGAN"]]
    for run in runs {
      rows.append([
        run.run, "\(run.history.runbook) \(run.history.version)", run.history.state,
        "\(run.history.counts.changed)",
        Timestamp.text(run.history.startTime),
      ])
    }
    return aligned(rows)
  }

  /// Columns as wide as their widest text, two spaces between them.
  static func aligned(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, text) in row.enumerated() {
        line += text
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - text.count + 2) }
      }
      return line
    }
  }
}
