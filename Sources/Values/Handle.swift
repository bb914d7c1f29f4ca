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
