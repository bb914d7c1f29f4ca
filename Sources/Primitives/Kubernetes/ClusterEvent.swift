import Values

/// An event of the API: something that happened to an object.
struct ClusterEvent: Hashable {
  var kind: String
  var name: String
  var isWarning: Bool
  var reason: String
  var message: String
  /// When it was seen last, as the API server writes it; such texts sort by time.
  var time: String
  var count: Int

  var text: String { "\(reason): \(message)" }

  init(_ object: Value) {
    let about = object["involvedObject"] ?? object["regarding"] ?? .null
    kind = about["kind"]?.string ?? ""
    name = about["name"]?.string ?? ""
    isWarning = object["type"]?.string == "Warning"
    reason = object["reason"]?.string ?? ""
    message = object["message"]?.string ?? object["note"]?.string ?? ""
    // The scheduler of 1.19 and later writes eventTime alone.
    time =
      [object["lastTimestamp"], object["series", "lastObservedTime"], object["eventTime"], object["firstTimestamp"]]
      .compactMap { $0?.string }.first ?? object["metadata", "creationTimestamp"]?.string ?? ""
    count = object["count"]?.integer ?? 1
  }
}
