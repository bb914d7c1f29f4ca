import Values

/// One entry of metadata.managedFields.
struct FieldManager: Equatable, Sendable {
  enum Operation: String, Sendable { case apply = "Apply", update = "Update" }

  var name: String
  var operation: Operation
  var apiVersion: String
  /// Microseconds since the epoch.
  var time: Int
  var owns: FieldSet

  static func read(_ object: Value) -> [FieldManager] {
    object.elements("metadata", "managedFields").compactMap { entry in
      guard let name = entry.text("manager"), let operation = entry.text("operation").flatMap(Operation.init)
      else { return nil }
      return FieldManager(
        name: name, operation: operation, apiVersion: entry.text("apiVersion") ?? object.apiVersion,
        time: entry.text("time").flatMap(Timestamp.read) ?? object.created,
        owns: entry["fieldsV1"].map(FieldSet.init(fields:)) ?? FieldSet(of: object))
    }
  }

  var value: Value {
    [
      "apiVersion": .string(apiVersion), "fieldsType": "FieldsV1", "fieldsV1": owns.fields, "manager": .string(name),
      "operation": .string(operation.rawValue), "time": .string(Timestamp.text(time)),
    ]
  }
}

extension Value {
  /// Who owns which of its fields, appliers first.
  var managers: [FieldManager] {
    get { FieldManager.read(self) }
    set {
      let entries = newValue.filter { !$0.owns.isEmpty }.sorted {
        ($0.operation.rawValue, $0.time, $0.name) < ($1.operation.rawValue, $1.time, $1.name)
      }
      put(entries.isEmpty ? nil : .array(entries.map(\.value)), at: "metadata", "managedFields")
    }
  }

  /// The object less what differs without anybody's doing: managers, versions, times.
  var withoutManagers: Value {
    var object = self
    object.put(nil, at: "metadata", "managedFields")
    return object
  }
}
