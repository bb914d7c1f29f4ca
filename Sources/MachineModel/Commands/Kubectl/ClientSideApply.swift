import Values

/// `kubectl apply` without `--server-side`: what was applied last stands in an annotation, and what of it is not wanted
/// any more goes.
enum ClientSideApply {
  static let annotation = "kubectl.kubernetes.io/last-applied-configuration"

  /// What the annotation holds.
  static func text(_ object: Value) -> String {
    var object = object
    object.put(nil, at: "metadata", "annotations", annotation)
    object.put(object.at("metadata", "annotations") ?? [:], at: "metadata", "annotations")
    return object.canonical.json + "\n"
  }

  static func apply(
    _ wanted: Value, _ kind: ResourceKind, _ write: Cluster.Write, _ cluster: inout Cluster
  ) throws(RequestError) -> Value {
    let text = text(wanted)
    var wanted = wanted.canonical
    wanted.put(.string(text), at: "metadata", "annotations", annotation)
    guard let live = cluster.objects[cluster.id(wanted, kind)] else { return try cluster.create(wanted, kind, write) }
    var object = ServerSideApply.merge(live, wanted, kind: kind.kind)
    if let former = live.annotation(annotation).flatMap({ try? Value(json: $0) }) {
      let dropped = FieldSet(of: former).members.subtracting(FieldSet(of: wanted).members)
      object = ServerSideApply.without(dropped, object)
    }
    return try cluster.replace(object, kind, write)
  }
}
