/// One mount, as mount(2) takes it and `/proc/self/mountinfo` shows it.
public struct Mount: Sendable, Hashable, Codable {
  public var target: String
  public var type: String
  public var source: String
  /// Options of the file system, such as `pagesize=1G`, separated by commas.
  public var options: String

  public init(target: String, type: String, source: String, options: String) {
    self.target = target
    self.type = type
    self.source = source
    self.options = options
  }
}
