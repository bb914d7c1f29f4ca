import Engine
import Values

/// A plan that was written by `plan --output jsonl`.
enum PlanFile {
  static func read(_ path: String) throws -> Prediction {
    let bytes = try Input.read(path)
    var entries: [Entry] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      do {
        let value = try Value(json: line)
        guard let kind = value["type"]?.string.flatMap(Entry.Kind.init(rawValue:)) else { continue }
        entries.append(Entry(sequence: index, time: 0, kind: kind, fields: value.map ?? [:]))
      } catch {
        throw RunError.wrong("\(path):\(index + 1): \(error)")
      }
    }
    guard !entries.isEmpty else { throw RunError.wrong("\(path): no plan; write one by plan --output jsonl") }
    return Prediction(entries)
  }
}
