/// A value inside an encodable type stands as it is in ``init(encoding:)`` and ``decode(as:)``; other coders get its JSON.
extension Value: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    self = try Value(json: text)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(json)
  }
}
