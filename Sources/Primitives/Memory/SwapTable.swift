import Host
import Values

/// One line of `/proc/swaps`.
struct SwapArea: Codable, Equatable {
  var path: String
  var priority: Int

  static func all(_ host: any Host) throws -> [SwapArea] {
    (try host.text("/proc/swaps") ?? "").split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(whereSeparator: \.isWhitespace)
      guard fields.count >= 5 else { return nil }
      return SwapArea(path: unescaped(fields[0]), priority: Int(fields[4]) ?? -1)
    }
  }
}

struct SwapList: Query {
  static let name = "swap.list"
  static let summary = "The swap areas in use, from /proc/swaps."
  static let answers = "a list of tables of `path` and `priority`"
  static let answerType = "{ path: string, priority: integer }[]"
  static let example = "if #swap.list() > 0 then … end"

  func answer(_ context: Context) throws -> Value {
    .array(try SwapArea.all(context.host).map { ["path": .string($0.path), "priority": .integer($0.priority)] })
  }
}
