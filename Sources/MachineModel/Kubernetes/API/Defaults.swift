import OrderedCollections
import Values

/// What the API server fills in (pkg/apis/*/defaults.go). Not all of it: enough that every object that is applied again
/// is the same.
enum Defaults {
  static func fill(_ object: Value, _ version: KubernetesVersion) -> Value {
    var object = object
    switch object.kindName {
    case "Pod": change(&object, "spec") { pod(&$0) }
    case "Deployment":
      change(&object, "spec") { spec in
        spec.fill(1, at: "replicas")
        spec.fill(10, at: "revisionHistoryLimit")
        spec.fill(600, at: "progressDeadlineSeconds")
        var strategy = spec["strategy"] ?? [:]
        strategy.fill("RollingUpdate", at: "type")
        if strategy.text("type") == "RollingUpdate" {
          strategy.fill(["maxSurge": "25%", "maxUnavailable": "25%"], at: "rollingUpdate")
        }
        spec.put(strategy, at: "strategy")
        template(&spec)
      }
    case "DaemonSet":
      change(&object, "spec") { spec in
        spec.fill(10, at: "revisionHistoryLimit")
        var strategy = spec["updateStrategy"] ?? [:]
        strategy.fill("RollingUpdate", at: "type")
        if strategy.text("type") == "RollingUpdate" {
          var update = strategy["rollingUpdate"] ?? [:]
          update.fill(1, at: "maxUnavailable")
          if version.minor >= 21 { update.fill(0, at: "maxSurge") }
          strategy.put(update, at: "rollingUpdate")
        }
        spec.put(strategy, at: "updateStrategy")
        template(&spec)
      }
      // apps/v1 has no field for it: the generation of its template.
      object.put(
        object.at("metadata", "annotations", templateGeneration) ?? "1", at: "metadata", "annotations",
        templateGeneration)
    case "ReplicaSet", "StatefulSet", "Job":
      let isJob = object.kindName == "Job"
      change(&object, "spec") { spec in
        if !isJob { spec.fill(1, at: "replicas") }
        template(&spec)
      }
    case "Service": service(&object)
    case "Secret": secret(&object)
    case "Namespace":
      object.put(object.at("spec", "finalizers") ?? ["kubernetes"], at: "spec", "finalizers")
      if version.minor >= 21 {
        object.put(.string(object.name), at: "metadata", "labels", "kubernetes.io/metadata.name")
      }
    case "ClusterRoleBinding", "RoleBinding": binding(&object)
    case "PodSecurityPolicy":
      change(&object, "spec") { spec in
        spec.fill(true, at: "allowPrivilegeEscalation")
        for key in policyWithoutZeros { omitZero(&spec, key) }
      }
    case "CustomResourceDefinition": definition(&object)
    case "PriorityClass": object.fill("PreemptLowerPriority", at: "preemptionPolicy")
    default: break
    }
    return object.canonical
  }

  private static let templateGeneration = "deprecated.daemonset.template.generation"

  /// Fields of a PodSecurityPolicy that are not written where they are false or empty.
  private static let policyWithoutZeros = [
    "privileged", "hostNetwork", "hostPID", "hostIPC", "readOnlyRootFilesystem", "defaultAddCapabilities",
    "requiredDropCapabilities", "allowedCapabilities",
  ]

  /// Leaves out a field that says what its absence says.
  private static func omitZero(_ value: inout Value, _ key: String) {
    if value[key]?.boolean == false || value[key]?.array?.isEmpty == true { value.put(nil, at: key) }
  }

  private static func change(_ value: inout Value, _ key: String, _ body: (inout Value) -> Void) {
    guard var child = value[key] else { return }
    body(&child)
    value.put(child, at: key)
  }

  private static func changeAll(_ value: inout Value, _ key: String, _ body: (inout Value) -> Void) {
    guard var elements = value[key]?.array else { return }
    for index in elements.indices { body(&elements[index]) }
    value.put(.array(elements), at: key)
  }

  private static func template(_ spec: inout Value) {
    change(&spec, "template") { template in
      // As the API server gives it back.
      var metadata = template["metadata"] ?? [:]
      metadata.put(nil, at: "creationTimestamp")
      template.put(metadata, at: "metadata")
      change(&template, "spec") { pod(&$0) }
    }
  }

  private static func pod(_ spec: inout Value) {
    spec.fill("Always", at: "restartPolicy")
    spec.fill("ClusterFirst", at: "dnsPolicy")
    spec.fill("default-scheduler", at: "schedulerName")
    spec.fill(30, at: "terminationGracePeriodSeconds")
    spec.fill([:], at: "securityContext")
    if let account = spec["serviceAccountName"] ?? spec["serviceAccount"] {
      spec.put(account, at: "serviceAccountName")
      spec.put(account, at: "serviceAccount")
    }
    let usesHostNetwork = spec["hostNetwork"]?.boolean == true
    for key in ["containers", "initContainers"] { changeAll(&spec, key) { container(&$0, usesHostNetwork) } }
    changeAll(&spec, "volumes", volume)
  }

  private static func container(_ container: inout Value, _ usesHostNetwork: Bool) {
    let image = container.text("image") ?? ""
    let tag = image.split(separator: "/").last?.split(separator: ":").dropFirst().first
    container.fill(tag == nil || tag == "latest" ? "Always" : "IfNotPresent", at: "imagePullPolicy")
    container.fill("/dev/termination-log", at: "terminationMessagePath")
    container.fill("File", at: "terminationMessagePolicy")
    container.fill([:], at: "resources")
    change(&container, "resources") { resources in
      for key in ["limits", "requests"] {
        guard let amounts = resources[key]?.map else { continue }
        resources.put(.map(amounts.mapValues(Quantity.canonical)), at: key)
      }
      // Extended resources and huge pages are asked for in the amount of their limit.
      for (name, amount) in resources["limits"]?.map ?? [:] where resources.at("requests", name) == nil {
        resources.put(amount, at: "requests", name)
      }
    }
    changeAll(&container, "ports") { port in
      port.fill("TCP", at: "protocol")
      if usesHostNetwork, let number = port["containerPort"] { port.fill(number, at: "hostPort") }
    }
    changeAll(&container, "volumeMounts") { omitZero(&$0, "readOnly") }
    changeAll(&container, "env") { variable in
      guard variable.at("valueFrom", "fieldRef") != nil else { return }
      variable.put(
        variable.at("valueFrom", "fieldRef", "apiVersion") ?? "v1", at: "valueFrom", "fieldRef", "apiVersion")
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
      change(&container, probe) { probe in
        for (key, value) in ["timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3] {
          probe.fill(.integer(value), at: key)
        }
        change(&probe, "httpGet") { $0.fill("HTTP", at: "scheme") }
      }
    }
  }

  private static func volume(_ volume: inout Value) {
    for key in ["configMap", "secret", "projected", "downwardAPI"] {
      change(&volume, key) { $0.fill(420, at: "defaultMode") }
    }
    change(&volume, "hostPath") { $0.fill("", at: "type") }
    change(&volume, "emptyDir") { directory in
      if let size = directory["sizeLimit"] { directory.put(Quantity.canonical(size), at: "sizeLimit") }
    }
  }

  private static func service(_ object: inout Value) {
    let name = object.name
    change(&object, "spec") { spec in
      spec.fill("ClusterIP", at: "type")
      spec.fill("None", at: "sessionAffinity")
      let hash = StableHash("service " + name).value
      spec.fill(.string("10.\(96 + hash % 16).\(hash >> 8 & 255).\(hash >> 16 & 255)"), at: "clusterIP")
      changeAll(&spec, "ports") { port in
        port.fill("TCP", at: "protocol")
        if let number = port["port"] { port.fill(number, at: "targetPort") }
      }
    }
  }

  private static func secret(_ object: inout Value) {
    object.fill("Opaque", at: "type")
    guard let texts = object["stringData"]?.map else { return }
    for (key, value) in texts {
      object.put(.string(Base64.encode(Array((value.string ?? "").utf8))), at: "data", key)
    }
    object.put(nil, at: "stringData")
  }

  private static func binding(_ object: inout Value) {
    let group: Value = "rbac.authorization.k8s.io"
    change(&object, "roleRef") { $0.fill(group, at: "apiGroup") }
    changeAll(&object, "subjects") { subject in
      if ["User", "Group"].contains(subject.text("kind")) { subject.fill(group, at: "apiGroup") }
    }
  }

  private static func definition(_ object: inout Value) {
    change(&object, "spec") { spec in
      spec.fill(["strategy": "None"], at: "conversion")
      change(&spec, "names") { names in
        guard let kind = names.text("kind") else { return }
        names.fill(.string(kind.lowercased()), at: "singular")
        names.fill(.string(kind + "List"), at: "listKind")
      }
    }
  }
}
