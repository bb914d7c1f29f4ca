/// A reference to something that scripts may hold and pass on but never look into, such as a secret.
///
/// Whoever hands it out keeps what it stands for; only the reference travels with plain data.
public struct Handle: Sendable, Hashable {
  /// What it is, in the words of error texts: `secret`, `unknown`.
  public var kind: String
  /// Its number at the side that handed it out.
  public var id: Int

  public init(kind: String, id: Int) {
    self.kind = kind
    self.id = id
  }
}

extension Value {
  /// The handles anywhere in it.
  public var handles: [Handle] {
    switch self {
    case .handle(let handle): [handle]
    case .array(let values): values.flatMap(\.handles)
    case .map(let map): map.values.flatMap(\.handles)
    default: []
    }
  }

  /// The same with each handle as `replacement` has it.
  public func replacingHandles(_ replacement: (Handle) -> Value) -> Value {
    switch self {
    case .handle(let handle): replacement(handle)
    case .array(let values): .array(values.map { $0.replacingHandles(replacement) })
    case .map(let map): .map(map.mapValues { $0.replacingHandles(replacement) })
    default: self
    }
  }
}
