import Values

extension Machine.Step {
  /// Notes an event of an object. The same again raises its count, as long as something changes in between.
  mutating func note(
    _ object: Value, _ reason: String, isWarning: Bool = false, _ message: String, from component: String
  ) {
    let namespace = object.namespace.isEmpty ? "default" : object.namespace
    let hash = StableHash("\(object.uid) \(reason) \(message)").value
    let id = ObjectID("Event", namespace, "\(object.name).\(Hexadecimal.padded(Int(hash >> 8), 16))")
    // Nothing new happened to it.
    guard cluster.objects[id] == nil else { return }
    let now: Value = .string(Timestamp.text(time))
    var involved: Value = [
      "apiVersion": .string(object.apiVersion), "kind": .string(object.kindName), "name": .string(object.name),
      "uid": .string(object.uid),
    ]
    if !object.namespace.isEmpty { involved.put(.string(namespace), at: "namespace") }
    var event: Value = [
      "apiVersion": "v1", "kind": "Event", "metadata": ["name": .string(id.name), "namespace": .string(namespace)],
      "involvedObject": involved, "reason": .string(reason), "message": .string(message),
      "type": isWarning ? "Warning" : "Normal",
    ]
    if component == "default-scheduler" {
      // It writes events of the newer kind, which have neither a count nor these times.
      event.put(.string(Timestamp.text(time).dropLast() + ".000000Z"), at: "eventTime")
      event.put(.string(component), at: "reportingComponent")
      event.put([:], at: "source")
    } else {
      for (key, value) in [("count", 1), ("firstTimestamp", now), ("lastTimestamp", now)] as [(String, Value)] {
        event.put(value, at: key)
      }
      event.put(.string(component), at: "source", "component")
      if component == "kubelet" { event.put(.string(cluster.node), at: "source", "host") }
    }
    cluster.store(event, at: time)
  }
}
