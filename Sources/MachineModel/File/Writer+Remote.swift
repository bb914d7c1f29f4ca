import Values

extension MachineWriter {
  var remote: ValueMap {
    sorted(machine.remote.artifacts) { artifact in
      switch artifact {
      case .content(let bytes): ["content": Value(text: bytes)]
      case .checksum(let sum): ["sha256": .string(sum)]
      case .status(let status): ["status": .integer(status)]
      case .repository(let repository): .map(value(repository))
      case .unknown: [:]
      }
    }
  }

  private func value(_ repository: RemoteRepository) -> ValueMap {
    var map: ValueMap = ["revisions": .map(sorted(repository.revisions) { .string($0) })]
    if !repository.files.isEmpty { map["files"] = .map(sorted(repository.files) { Value(text: $0) }) }
    if !repository.builds.isEmpty {
      map["builds"] = .map(
        sorted(repository.builds) { $0.count == 1 ? .string($0[0]) : .array($0.map(Value.string)) })
    }
    return map
  }

  private func sorted<Element>(_ entries: [String: Element], _ value: (Element) -> Value) -> ValueMap {
    ValueMap(uniqueKeysWithValues: entries.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) })
  }
}
