/// A generated file of the reference documentation.
public struct ReferenceFile: Sendable, Hashable {
  /// Its name in the folder that it belongs to.
  public var name: String
  public var content: String

  public init(name: String, content: String) {
    self.name = name
    self.content = content
  }
}
