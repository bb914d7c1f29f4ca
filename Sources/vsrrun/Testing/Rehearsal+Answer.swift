import Engine
import Values
import YAML

extension Rehearsal {
  /// What the test sees of it, as the table that `rehearse` answers.
  func answer(id: Int) throws -> Value {
    var answer: ValueMap = [
      "id": .integer(id), "result": .string(result), "effects": .array(effects), "steps": .array(steps),
      "objects": .array(try objects), "events": .array(events), "notes": .array(notes),
      "changed": .integer(counts.changed), "held": .integer(counts.held), "failed": .integer(counts.failed),
      "left": .array(
        leftovers.map { ["step": .string($0.step), "what": .string($0.what), "why": .string($0.why)] }),
    ]
    if let error { answer["error"] = .string("\(error)") }
    if !value.isNull { answer["value"] = value }
    return .map(answer)
  }

  /// How it ended: as the log says, `killed` where that has no end, `wrong` where it never began.
  private var result: String {
    guard let last = log.entries.last(where: { [.runStarted, .runFinished].contains($0.kind) }) else { return "wrong" }
    return last.kind == .runFinished ? last["result"]?.string ?? "" : "killed"
  }

  private func entries(_ kind: Entry.Kind) -> [Entry] { log.entries.filter { $0.kind == kind } }

  private var effects: [Value] {
    let fields = ["step", "primitive", "target", "result", "before", "after", "arguments", "error", "source"]
    return entries(.effect).map { .map($0.fields.filter { fields.contains($0.key) }) }
  }

  /// Each step as often as it ended, with what its beginning says of it.
  private var steps: [Value] {
    var begun: [String: ValueMap] = [:]
    return log.entries.compactMap { entry in
      guard let name = entry["step"]?.string else { return nil }
      switch entry.kind {
      case .stepStarted: begun[name] = entry.fields.filter { ["phase", "doc", "boot", "origin"].contains($0.key) }
      case .stepFinished:
        var step = begun[name] ?? [:]
        step["name"] = .string(name)
        for field in ["result", "value", "error"] { step[field] = entry[field] }
        return .map(step)
      default: break
      }
      return nil
    }
  }

  /// The objects that were applied, as they were written.
  private var objects: [Value] {
    get throws {
      try entries(.effect).filter {
        $0["primitive"] == "kube.apply" && ["changed", "held"].contains($0["result"]?.string)
      }.flatMap { entry in
        if let objects = entry["arguments"]?["objects"]?.array { return objects }
        let manifest = entry["arguments"]?["manifest"]?.string ?? ""
        return try YAML.read(Array(manifest.utf8), file: "manifest").map(\.value).filter { !$0.isNull }
      }
    }
  }

  private var events: [Value] { log.entries.compactMap { Event($0, run: log.run)?.value } }

  private var notes: [Value] { entries(.note).map { $0["text"] ?? "" } }
}
