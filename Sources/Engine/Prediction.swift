import Values

/// The effects that a plan foresaw, to compare a run with.
public struct Prediction: Sendable {
  private var changed: [History.EffectID: Value] = [:]

  public init(_ entries: some Sequence<Entry>) {
    for entry in entries where entry.kind == .effect && entry["result"]?.string != EntryResult.held.rawValue {
      changed[Self.id(entry)] = entry["arguments"] ?? [:]
    }
  }

  /// Whether a change of this effect was to be expected.
  public func foresees(_ id: History.EffectID) -> Bool { changed[id] != nil }

  /// The effects that a step was foreseen to have, by primitive and arguments.
  func calls(ofStep step: String) -> [(primitive: String, arguments: Value)] {
    changed.filter { $0.key.step == step }.map { ($0.key.primitive, $0.value) }
  }

  private static func id(_ entry: Entry) -> History.EffectID {
    History.EffectID(
      step: entry["step"]?.string ?? "", primitive: entry["primitive"]?.string ?? "",
      target: entry["target"]?.string ?? "")
  }
}
