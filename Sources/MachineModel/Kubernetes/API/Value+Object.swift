import OrderedCollections
import Values

/// Kubernetes objects as plain values.
extension Value {
  /// What stands below a path of keys.
  func at(_ keys: String...) -> Value? { at(keys) }

  func at(_ keys: [String]) -> Value? {
    var value = self
    for key in keys {
      guard let next = value[key] else { return nil }
      value = next
    }
    return value
  }

  func text(_ keys: String...) -> String? { at(keys)?.string }
  func number(_ keys: String...) -> Int? { at(keys)?.integer }
  func elements(_ keys: String...) -> [Value] { at(keys)?.array ?? [] }

  /// Puts `value` below a path of keys, or takes what is there away; maps on the way are made.
  mutating func put(_ value: Value?, at keys: String...) { put(value, keys[...]) }

  private mutating func put(_ value: Value?, _ keys: ArraySlice<String>) {
    guard let key = keys.first else {
      if let value { self = value }
      return
    }
    var map = self.map ?? [:]
    if keys.count == 1 {
      map[key] = value
    } else if map[key] != nil || value != nil {
      var child = map[key] ?? [:]
      child.put(value, keys.dropFirst())
      map[key] = child
    }
    self = .map(map)
  }

  /// Puts `value` there if nothing is.
  mutating func fill(_ value: Value, at key: String) { if self[key] == nil { put(value, at: key) } }

  /// The same with the keys of all maps in order and without nulls, as the API server keeps and prints it.
  var canonical: Value {
    switch self {
    case .map(let map):
      .map(
        ValueMap(
          uniqueKeysWithValues: map.filter { !$0.value.isNull }.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value.canonical)
          }))
    case .array(let elements): .array(elements.map(\.canonical))
    default: self
    }
  }

  var apiVersion: String { text("apiVersion") ?? "" }
  var kindName: String { text("kind") ?? "" }
  var group: String {
    let parts = apiVersion.split(separator: "/")
    return parts.count == 2 ? String(parts[0]) : ""
  }
  var name: String { text("metadata", "name") ?? "" }
  var namespace: String { text("metadata", "namespace") ?? "" }
  var uid: String { text("metadata", "uid") ?? "" }
  var id: ObjectID { ObjectID(kindName, namespace, name, group: group) }

  func label(_ key: String) -> String? { at("metadata", "labels", key)?.string }
  func annotation(_ key: String) -> String? { at("metadata", "annotations", key)?.string }

  /// When it was made, in microseconds since the epoch.
  var created: Int { text("metadata", "creationTimestamp").flatMap(Timestamp.read) ?? Cluster.longAgo }

  /// The identifier of the controller that it belongs to.
  var controller: String? {
    elements("metadata", "ownerReferences").first { $0["controller"]?.boolean == true }?.text("uid")
  }

  /// Whether labels are those that a selector's `matchLabels` wants.
  func matches(labels: ValueMap) -> Bool { labels.allSatisfy { at("metadata", "labels", $0.key) == $0.value } }

  /// One of the conditions of its status.
  func condition(_ type: String) -> Value? { elements("status", "conditions").first { $0.text("type") == type } }

  /// Whether a condition of its status holds.
  func isTrue(_ condition: String) -> Bool { self.condition(condition)?.text("status") == "True" }

  /// Sets a condition of its status; its time is that of its last change.
  mutating func setCondition(
    _ type: String, _ isTrue: Bool, reason: String? = nil, message: String? = nil, at time: Int
  ) {
    let status = isTrue ? "True" : "False"
    let former = condition(type)
    var condition: Value = ["lastTransitionTime": .string(Timestamp.text(time)), "status": .string(status)]
    if former?.text("status") == status, let since = former?["lastTransitionTime"] {
      condition.put(since, at: "lastTransitionTime")
    }
    condition.put(message.map(Value.string), at: "message")
    condition.put(reason.map(Value.string), at: "reason")
    condition.put(.string(type), at: "type")
    var conditions = elements("status", "conditions").filter { $0.text("type") != type }
    conditions.append(condition.canonical)
    put(.array(conditions.sorted { ($0.text("type") ?? "") < ($1.text("type") ?? "") }), at: "status", "conditions")
  }
}

/// Times as Kubernetes writes them (RFC 3339, whole seconds, UTC); here in microseconds since the epoch.
enum Timestamp {
  static func text(_ time: Int) -> String {
    let seconds = time / 1_000_000
    let (day, second) = (seconds / 86400, seconds % 86400)
    // Howard Hinnant, "chrono-compatible low-level date algorithms": days to a civil date.
    let shifted = day + 719_468
    let era = shifted / 146_097
    let ofEra = shifted % 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let month = (5 * ofYear + 2) / 153
    let date = ofYear - (153 * month + 2) / 5 + 1
    let civil = month < 10 ? month + 3 : month - 9
    let calendar = year + era * 400 + (civil <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(calendar)-\(two(civil))-\(two(date))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }

  static func read(_ text: String) -> Int? {
    let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard numbers.count >= 6 else { return nil }
    let (month, date) = (numbers[1], numbers[2])
    guard (1...12).contains(month), (1...31).contains(date), (1970...9999).contains(numbers[0]) else { return nil }
    let year = month <= 2 ? numbers[0] - 1 : numbers[0]
    let (era, ofEra) = (year / 400, year % 400)
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
    let day = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    return ((day * 86400) + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]) * 1_000_000
  }
}
