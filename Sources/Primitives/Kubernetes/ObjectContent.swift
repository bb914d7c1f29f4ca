import Values

/// What of a live object counts: not what the API server and its controllers keep in it for themselves.
enum ObjectContent {
  /// What a `kubectl apply` without `--server-side` remembers it by.
  static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

  /// A live object as records keep it: without what changes by itself, and a Secret without what it holds.
  static func recorded(_ live: Value) -> Value {
    var object = live
    object.remove("status")
    for field in ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"] {
      object.remove("metadata", field)
    }
    return withoutSecrets(object)
  }

  /// A Secret without what it holds, any other object as it is.
  static func withoutSecrets(_ object: Value) -> Value {
    guard isSecret(object) else { return object }
    var object = object
    object.remove("data")
    object.remove("stringData")
    object.remove("metadata", "annotations", lastApplied)
    return object
  }

  static func isSecret(_ object: Value) -> Bool {
    object["kind"]?.string == "Secret" && object["apiVersion"]?.string == "v1"
  }

  /// Whether two live objects are the same in all that counts.
  static func areEqual(_ a: Value, _ b: Value) -> Bool { compared(recorded(a)) == compared(recorded(b)) }

  /// What two records of an object are compared by: controllers write into these fields when they come to it.
  static func compared(_ recorded: Value) -> Value {
    var object = recorded
    for annotation in [
      "deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation",
      "kubernetes.io/service-account.uid",
    ] {
      object.remove("metadata", "annotations", annotation)
    }
    // `kubectl rollout restart` is how kube.restart works.
    object.remove("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt")
    if object["kind"]?.string == "ServiceAccount" {
      object.remove("secrets")
      object.remove("imagePullSecrets")
    }
    return withoutEmpty(object)
  }

  /// A null and an empty table say the same as nothing.
  private static func withoutEmpty(_ value: Value) -> Value {
    switch value {
    case .map(let map): .map(map.mapValues(withoutEmpty).filter { !$0.value.isEmptyTable })
    case .array(let elements): .array(elements.map(withoutEmpty))
    default: value
    }
  }
}
