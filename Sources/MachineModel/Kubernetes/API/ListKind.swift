import Values

/// How lists of an object are merged (`x-kubernetes-list-type` and `x-kubernetes-patch-merge-key` of the API's schema).
enum ListKind: Equatable {
  /// Owned and replaced as a whole.
  case atomic
  /// Elements are known by these keys, and merged one by one.
  case map([String])
  /// Elements are known by their value.
  case set

  /// - Parameters:
  ///   - field: The key under which the list stands.
  ///   - parent: The key under which the map stands that has it; nil at the top.
  static func of(_ field: String, in parent: String?, kind: String) -> ListKind {
    switch (field, parent) {
    case ("finalizers", "metadata"): return .set
    case ("ownerReferences", "metadata"): return .map(["uid"])
    case ("conditions", "status"): return .map(["type"])
    default: break
    }
    switch kind {
    case "Pod", "Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "Job", "CronJob": return ofPod(field, parent)
    case "Service" where field == "ports": return .map(["port", "protocol"])
    case "ServiceAccount" where field == "secrets" || field == "imagePullSecrets": return .map(["name"])
    default: return .atomic
    }
  }

  private static func ofPod(_ field: String, _ parent: String?) -> ListKind {
    switch field {
    case "containers", "initContainers", "ephemeralContainers", "volumes", "env", "imagePullSecrets": .map(["name"])
    case "ports": .map(["containerPort", "protocol"])
    case "volumeMounts": .map(["mountPath"])
    case "volumeDevices": .map(["devicePath"])
    case "hostAliases": .map(["ip"])
    case "topologySpreadConstraints": .map(["topologyKey", "whenUnsatisfiable"])
    // args, command, tolerations, sysctls, capabilities, items, envFrom, readinessGates, matchExpressions …
    default: .atomic
    }
  }

  /// What an element without one of its keys has.
  static func fallback(_ key: String) -> Value? { key == "protocol" ? "TCP" : nil }

  /// What an element is known by, as managedFields write it: `k:{"name":"vsr"}`, `v:"x"`.
  func key(_ element: Value) -> String? {
    switch self {
    case .atomic: return nil
    case .set: return "v:\(element.json)"
    case .map(let names):
      var keys: ValueMap = [:]
      for name in names {
        guard let value = element[name] ?? Self.fallback(name) else { return nil }
        keys[name] = value
      }
      return "k:\(Value.map(keys).json)"
    }
  }
}
