/// The effects that a plan foresaw, to compare a run with.
public struct Prediction: Sendable {
  private var changed: Set<History.EffectID> = []

  public init(_ entries: some Sequence<Entry>) {
    for entry in entries where entry.kind == .effect && entry["result"]?.string != EntryResult.held.rawValue {
      changed.insert(Self.id(entry))
    }
  }

  /// Whether a change of this effect was to be expected.
  public func foresees(_ id: History.EffectID) -> Bool { changed.contains(id) }

  private static func id(_ entry: Entry) -> History.EffectID {
    History.EffectID(
      step: entry["step"]?.string ?? "", primitive: entry["primitive"]?.string ?? "",
      target: entry["target"]?.string ?? "")
  }
}
