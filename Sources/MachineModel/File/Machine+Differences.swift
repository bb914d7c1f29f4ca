public import Values

/// What is different between two machines at one place of their machine files.
public struct MachineDifference: Sendable, Hashable {
  /// The keys that lead there, `pci/0000:81:00.0/sriov/vfs`.
  public var path: String
  /// nil where there was nothing.
  public var before: Value?
  public var after: Value?
}

extension Machine {
  /// What has to change in the machine file of `before` to make it that of this machine, by path.
  public func differences(from before: Machine) -> [MachineDifference] {
    var differences: [MachineDifference] = []
    Self.compare(
      .map(MachineWriter(before).document), .map(MachineWriter(self).document), "", &differences)
    return differences
  }

  private static func compare(
    _ before: Value?, _ after: Value?, _ path: String, _ differences: inout [MachineDifference]
  ) {
    if before == after { return }
    let (old, new) = (before.flatMap(entries), after.flatMap(entries))
    guard let old, let new else {
      differences.append(MachineDifference(path: path, before: before, after: after))
      return
    }
    for key in Array(old.keys) + new.keys.filter({ old[$0] == nil }) {
      compare(old[key], new[key], path.isEmpty ? key : "\(path)/\(key)", &differences)
    }
  }

  /// The entries of a mapping; of a list of mappings, by what names each of them.
  private static func entries(_ value: Value) -> ValueMap? {
    if let map = value.map { return map }
    guard let elements = value.array, !elements.isEmpty else { return nil }
    var map: ValueMap = [:]
    for (index, element) in elements.enumerated() {
      guard element.map != nil else { return nil }
      let name = ["address", "path", "node", "target", "name", "pid"].lazy.compactMap { element[$0] }.first
      let key = name.map { $0.string ?? $0.luaText } ?? "\(index)"
      map[map[key] == nil ? key : "\(key)#\(index)"] = element
    }
    return map
  }
}
