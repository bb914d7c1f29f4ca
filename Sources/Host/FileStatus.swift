/// What lstat(2) tells of a file, as far as primitives need it.
public struct FileStatus: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Hashable, Codable { case file, directory, link, other }

  public var kind: Kind
  /// The permission bits, 0 to 0o7777.
  public var mode: UInt16
  public var owner: Owner
  public var size: Int
  /// Microseconds since the epoch at which the content was last changed.
  public var modified: Int

  public init(kind: Kind, mode: UInt16, owner: Owner, size: Int, modified: Int) {
    self.kind = kind
    self.mode = mode
    self.owner = owner
    self.size = size
    self.modified = modified
  }
}

/// Numeric user and group of a file.
public struct Owner: Sendable, Hashable, Codable {
  public var user: UInt32
  public var group: UInt32

  public static let root = Owner(user: 0, group: 0)

  public init(user: UInt32, group: UInt32) {
    self.user = user
    self.group = group
  }
}
